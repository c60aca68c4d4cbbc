#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_TEXT_BUNDLE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_TEXT_BUNDLE_H_

#include <filesystem>
#include <memory>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/versions/loaded_model.h"

namespace clientele::qa {

// A bundle of texts, loaded with its tokenizer. The signature is not looked at: this is for tools
// that a person runs. Errors of ModelBundle; INVALID_ARGUMENT that names `field` for a bundle of
// another task, FAILED_PRECONDITION for one without a tokenizer.
absl::StatusOr<std::shared_ptr<const inference::LoadedModel>> OpenTextBundle(
    const std::filesystem::path& folder, model::v1::Task task, absl::string_view field = "bundle");

// A module of its own each time, with the bundle's weights. INVALID_ARGUMENT for a file that is
// none.
absl::StatusOr<torch::jit::Module> LoadBundleModule(const inference::LoadedModel& model);

// For another bundle; none for a tokenizer without files.
absl::StatusOr<std::vector<inference::BundleFile>> TokenizerFilesOf(
    const inference::LoadedModel& model);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_TEXT_BUNDLE_H_
