#include "services/qa-service/training/text_bundle.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {

absl::StatusOr<std::shared_ptr<const inference::LoadedModel>> OpenTextBundle(
    const std::filesystem::path& folder, model::v1::Task task, absl::string_view field) {
  CLIENTELE_ASSIGN_OR_RETURN(inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(folder));
  if (bundle.manifest().task() != task) {
    const std::string name = model::v1::Task_Name(task);
    return InvalidField(std::string(field), absl::StrCat(bundle.id(), " is not of task ",
                                                         absl::StripPrefix(name, "TASK_")));
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto tokenizer, inference::BundleTokenizer::Load(bundle));
  CLIENTELE_ASSIGN_OR_RETURN(auto runner, inference::TorchScriptRunner::Load(bundle, {}));
  return std::make_shared<const inference::LoadedModel>(std::move(bundle), std::move(runner),
                                                        std::move(tokenizer));
}

}  // namespace clientele::qa
