#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_H_

// What a message wants, by a classifier's labels, and what the operator makes of them.

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/handovers/complaint_topic.h"

namespace clientele::qa {

struct Intent {
  std::string id;    // the classifier's label
  double score = 0;  // its probability, 0 to 1
};

// The tag of articles that reply to an intent: its id, in which what may not stand in a tag is '_',
// cut to the length of a tag. Pure.
//
//   IntentTag("reverted card payment?")   // "reverted_card_payment_"
std::string IntentTag(absl::string_view intent_id);

// What intents are for besides a reply. A plain value.
struct IntentRules {
  // An intent with a lower score is told and has no effect.
  double min_score = 0.9;
  std::set<std::string, std::less<>> persons;  // ids of wishes for a person
  // Ids of complaints, with their topic; kNone: what the words say.
  std::map<std::string, ComplaintTopic, std::less<>> complaints;
};

// `persons` is ids separated by commas, `complaints` ids or "ID=TOPIC", such as
// "complaint,damaged=quality". INVALID_ARGUMENT names the part that is wrong, or an id that is in
// both. Pure.
absl::StatusOr<IntentRules> ParseIntentRules(absl::string_view persons,
                                             absl::string_view complaints, double min_score);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_H_
