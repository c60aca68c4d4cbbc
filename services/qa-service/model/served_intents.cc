#include "services/qa-service/model/served_intents.h"

#include <string>
#include <utility>

#include "common/status/status_macros.h"

namespace clientele::qa {

absl::StatusOr<ClassifiedIntent> ServedIntents::Classify(const RequestContext& context,
                                                         absl::string_view message) const {
  const std::string text(message);
  CLIENTELE_ASSIGN_OR_RETURN(inference::ClassifiedTexts classified,
                             classifier_->Classify(context, {&text, 1}));
  ClassifiedIntent intent = {.model_id = std::move(classified.model_id)};
  inference::LabelChoice& choice = classified.choices.at(0);
  if (!choice.rejected && !choice.label.empty()) {
    intent.intent = Intent{std::move(choice.label), choice.probability};
  }
  return intent;
}

}  // namespace clientele::qa
