#include "common/inference/generation/generator_model.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

absl::StatusOr<std::shared_ptr<const GeneratorModel>> GeneratorModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  if (model == nullptr || model->manifest().task() != model::v1::TASK_TEXT_GENERATOR) {
    return InvalidField("model", "must be a TASK_TEXT_GENERATOR");
  }
  CLIENTELE_ASSIGN_OR_RETURN(GeneratorContract contract, ReadGeneratorContract(model->manifest()));
  return std::shared_ptr<const GeneratorModel>(
      new GeneratorModel(std::move(model), std::move(contract)));
}

}  // namespace clientele::inference
