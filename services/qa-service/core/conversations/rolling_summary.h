#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_ROLLING_SUMMARY_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_ROLLING_SUMMARY_H_

// What stays of the turns that a conversation no longer remembers: for each topic the customer's
// own sentence and whether it was answered, and the order numbers and models that they named.
//
//   RollingSummary summary;
//   RollUp(forgotten_turn, summary);   // the oldest first
//
// Nothing is written that the customer did not write, so that nobody reads what nobody said. Pure
// functions, thread-safe; texts are valid UTF-8.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/qa-service/core/answering/answer.h"

namespace clientele::qa {

struct Turn;

inline constexpr std::size_t kMaxPoints = 16;
inline constexpr std::size_t kMaxPointBytes = 200;  // of a sentence, and of a title
inline constexpr std::size_t kMaxNamedNumbers = 16;

// Personal data: never log it.
struct SummaryPoint {
  std::string sentence;       // the customer's own, cut with "…" where it is longer
  std::string article_title;  // of the article that answered or came nearest, cut; empty: none did
  AnswerState state = AnswerState::kAbstained;

  friend bool operator==(const SummaryPoint&, const SummaryPoint&) = default;
};

struct RollingSummary {
  std::vector<SummaryPoint> points;        // at most kMaxPoints, oldest first
  std::vector<std::string> named_numbers;  // at most kMaxNamedNumbers, the latest last
  std::int64_t turn_count = 0;             // turns that it stands for

  friend bool operator==(const RollingSummary&, const RollingSummary&) = default;
};

// Takes a turn into the summary. A later one about the same article takes the place of an earlier
// one; small talk, bare numbers and wishes for a person leave no point. Where there are too many
// points, the oldest that was answered goes, else the oldest.
void RollUp(const Turn& turn, RollingSummary& summary);

// What a message names, each once, in order: numbers of four to twelve digits, also in groups
// ("4711-0815"), and words of letters and digits, letters first ("XR500", "iPhone12"). Amounts with
// a point, dates, and longer numbers, as of a card, are none.
std::vector<std::string> NamedNumbers(absl::string_view message);

// Adds numbers as the latest, each once, and drops the oldest beyond kMaxNamedNumbers.
void AddNumbers(const std::vector<std::string>& numbers, std::vector<std::string>& known);

// At most `max_bytes` and "…", not in the middle of a character.
std::string CutText(absl::string_view text, std::size_t max_bytes);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_CONVERSATIONS_ROLLING_SUMMARY_H_
