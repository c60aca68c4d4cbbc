#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_CLASSIFIER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_CLASSIFIER_H_

// The intent of a message, by whichever classifier serves now.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/answering/intent.h"

namespace clientele::qa {

struct ClassifiedIntent {
  std::string model_id = {};          // "name/version"
  std::optional<Intent> intent = {};  // the likeliest; empty: the message is out of scope
};

// Thread-safe.
class IntentClassifier {
 public:
  virtual ~IntentClassifier() = default;

  // UNAVAILABLE (reason MODEL_UNAVAILABLE) when none serves, RESOURCE_EXHAUSTED when too much
  // waits, DEADLINE_EXCEEDED, CANCELLED, INTERNAL when the model fails.
  virtual absl::StatusOr<ClassifiedIntent> Classify(const RequestContext& context,
                                                    absl::string_view message) const = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_INTENT_CLASSIFIER_H_
