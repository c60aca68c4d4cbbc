#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/qa-service/core/conversations/conversation.h"
#include "services/qa-service/core/handovers/complaint_topic.h"

namespace clientele::qa {

// Stored: numbers stay.
enum class HandoverState { kOpen = 1, kClosed = 2 };
enum class HandoverResolution {
  kNone = 0,
  kResolved = 1,
  kUnresolved = 2,
  kDuplicate = 3,
  kSpam = 4
};

// That a person takes over. Personal data: never log it.
struct Handover {
  std::string id;             // without "handovers/"
  std::int64_t sequence = 0;  // commit order; set by the store
  HandoverState state = HandoverState::kOpen;
  std::string reason;  // see answer_reason
  ComplaintTopic topic = ComplaintTopic::kNone;
  std::string language;         // primary subtag
  std::string customer_id;      // empty: nobody is known
  std::string conversation_id;  // empty: none
  std::string summary;
  std::vector<Turn> transcript;  // oldest first; the last turn is the wish, or the complaint
  absl::Time create_time;

  // Of closed ones.
  std::optional<absl::Time> close_time;
  std::string closed_by;
  HandoverResolution resolution = HandoverResolution::kNone;
  std::string note;
};

// "handovers/{id}".
std::string HandoverName(const std::string& id);

// What it is about, for the person who takes over, in the language of the customer ("zh", else
// English): what was asked and not answered, and the article that came nearest; the latest points
// of `earlier`, what the transcript no longer holds; and the numbers that were named. Pure.
std::string SummaryOf(const Handover& handover, const RollingSummary& earlier = {});

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_H_
