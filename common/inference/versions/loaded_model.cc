#include "common/inference/versions/loaded_model.h"

#include <utility>

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/model_runner.h"

namespace clientele::inference {

LoadedModel::LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner)
    : LoadedModel(std::move(bundle), std::move(runner), nullptr) {}
LoadedModel::LoadedModel(ModelBundle bundle, std::unique_ptr<const ModelRunner> runner,
                         std::unique_ptr<const BundleTokenizer> tokenizer)
    : bundle_(std::move(bundle)), runner_(std::move(runner)), tokenizer_(std::move(tokenizer)) {}
LoadedModel::~LoadedModel() = default;

}  // namespace clientele::inference
