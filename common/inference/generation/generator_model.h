#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATOR_MODEL_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATOR_MODEL_H_

// A TEXT_GENERATOR that can generate: a loaded version with the numbers of its contract.
//
//   ModelHandle<GeneratorModel>::Create({..., .task = model::v1::TASK_TEXT_GENERATOR});
//
// Immutable, thread-safe. No torch here.

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

#include "common/inference/bundle/generator_contract.h"
#include "common/inference/versions/loaded_model.h"

namespace clientele::inference {

class GeneratorModel {
 public:
  // INVALID_ARGUMENT when it is no TEXT_GENERATOR or its manifest breaks the task's contract.
  static absl::StatusOr<std::shared_ptr<const GeneratorModel>> Open(
      std::shared_ptr<const LoadedModel> model);

  const GeneratorContract& contract() const { return contract_; }
  const model::v1::Bundle& manifest() const { return model_->manifest(); }
  const ModelRunner& runner() const { return model_->runner(); }
  // Null when the bundle has none: it is given ids.
  const BundleTokenizer* tokenizer() const { return model_->tokenizer(); }
  // "name/version".
  const std::string& id() const { return model_->id(); }

 private:
  GeneratorModel(std::shared_ptr<const LoadedModel> model, GeneratorContract contract)
      : model_(std::move(model)), contract_(std::move(contract)) {}

  const std::shared_ptr<const LoadedModel> model_;
  const GeneratorContract contract_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_GENERATOR_MODEL_H_
