#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_CONVERSATION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_CONVERSATION_H_

// What was asked and answered, one turn after the other, as far back as it is remembered.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/qa-service/core/answering/answer.h"
#include "services/qa-service/core/conversations/rolling_summary.h"

namespace clientele::qa {

inline constexpr std::size_t kMaxTurns = 50;
inline constexpr std::size_t kMaxTurnBytes = std::size_t{64} << 10;  // of all turns together

// Personal data: never log it. Texts are UTF-8.
struct Turn {
  std::string question;     // as the customer wrote it
  std::string search_text;  // what was searched for instead; empty: the question
  std::string answer;       // what the customer was told; empty when abstained
  AnswerState state = AnswerState::kAbstained;
  std::string article_id;     // cited first; empty when nothing was
  std::string article_title;  // of that article
  absl::Time ask_time;
  std::string request_id;  // of the call that asked; empty: not idempotent
};

struct Conversation {
  std::string id;           // without "conversations/"
  std::string customer_id;  // whose it is; empty: whoever knows the id
  std::string language;     // primary subtag, of the latest question that told
  RollingSummary earlier;   // of turns that are no longer among `turns`
  std::vector<Turn> turns;  // oldest first
  absl::Time create_time;
  absl::Time update_time;  // of the last turn
};

// "conversations/{id}".
std::string ConversationName(const std::string& id);

// Adds a turn and rolls the oldest ones beyond kMaxTurns and kMaxTurnBytes up into `earlier`; the
// last one always stays. False, and nothing changes, when a turn of the same request is there.
// Pure.
bool AddTurn(std::vector<Turn>& turns, RollingSummary& earlier, Turn turn);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_CONVERSATION_H_
