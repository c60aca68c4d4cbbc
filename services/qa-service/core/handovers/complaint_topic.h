#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_COMPLAINT_TOPIC_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_COMPLAINT_TOPIC_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// Stored: numbers stay.
enum class ComplaintTopic {
  kNone = 0,  // no complaint
  kDelivery = 1,
  kPayment = 2,
  kRefund = 3,
  kQuality = 4,
  kAccount = 5,
  kService = 6,
  kOther = 7
};

// Of "delivery", "payment", "refund", "quality", "account", "service" or "other"; nullopt for any
// other name. Pure.
std::optional<ComplaintTopic> ComplaintTopicOfName(absl::string_view name);

// Whether a message complains, and about what.
//
//   TopicOf("My parcel still has not arrived, let me talk to a human")   // kDelivery
//   TopicOf("我要投诉，东西是坏的，转人工")                                 // kQuality
//   TopicOf("Can I talk to an agent please?")                            // kNone
//
// By rules over words, English and Chinese: a message complains that says so ("complaint", 投诉) or
// names something that went wrong ("still not", "broken", 没收到); the topic is the one that most
// of its words belong to, the earlier of the enumeration where two have as many. Pure, thread-safe;
// `message` is valid UTF-8.
ComplaintTopic TopicOf(absl::string_view message);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_COMPLAINT_TOPIC_H_
