#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_INTENTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_INTENTS_H_

#include "common/inference/tasks/text_classifier.h"
#include "services/qa-service/core/answering/intent_classifier.h"

namespace clientele::qa {

// Messages through the TEXT_CLASSIFIER that serves now. What it rejects, and a message without
// tokens, has no intent. Thread-safe.
class ServedIntents final : public IntentClassifier {
 public:
  // Borrowed; outlives this.
  explicit ServedIntents(const inference::TextClassifier* classifier) : classifier_(classifier) {}

  absl::StatusOr<ClassifiedIntent> Classify(const RequestContext& context,
                                            absl::string_view message) const override;

 private:
  const inference::TextClassifier* const classifier_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_INTENTS_H_
