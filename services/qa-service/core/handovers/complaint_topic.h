#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_COMPLAINT_TOPIC_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_COMPLAINT_TOPIC_H_

#include "absl/strings/string_view.h"

#include "services/qa-service/core/handovers/handover.h"

namespace clientele::qa {

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
