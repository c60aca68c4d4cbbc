#include "services/qa-service/training/text_bundle.h"

#include <exception>
#include <sstream>
#include <string>
#include <utility>

#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/stored_weights.h"
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

absl::StatusOr<torch::jit::Module> LoadBundleModule(const inference::LoadedModel& model) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, model.ReadFile(inference::kModelFile));
  try {
    std::istringstream in(bytes);
    torch::jit::Module module = torch::jit::load(in);
    inference::WidenStoredWeights(module, model.manifest());
    module.eval();
    return module;
  } catch (const std::exception&) {
    return InvalidField("model.pt", "is no TorchScript module that can be loaded");
  }
}

absl::StatusOr<std::vector<inference::BundleFile>> TokenizerFilesOf(
    const inference::LoadedModel& model) {
  std::vector<inference::BundleFile> files;
  const model::v1::Bundle& manifest = model.manifest();
  if (!manifest.tokenizer().has_files()) return files;
  const std::string prefix = absl::StrCat(manifest.tokenizer().files().folder(), "/");
  for (const model::v1::File& file : manifest.files()) {
    if (!absl::StartsWith(file.path(), prefix)) continue;
    CLIENTELE_ASSIGN_OR_RETURN(std::string content, model.ReadFile(file.path()));
    files.push_back({.path = file.path(), .content = std::move(content)});
  }
  return files;
}

}  // namespace clientele::qa
