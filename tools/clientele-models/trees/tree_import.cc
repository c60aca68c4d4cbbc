#include "tools/clientele-models/trees/tree_import.h"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/modeling/trees/lightgbm_model.h"
#include "common/modeling/trees/tree_module.h"
#include "common/modeling/trees/xgboost_model.h"
#include "common/status/status_macros.h"
#include "common/training/tables/table_bundle.h"

namespace clientele::models {
namespace {

constexpr std::int64_t kGoldenRows = 4;

model::v1::Bundle ManifestOf(const modeling::TreeEnsemble& ensemble,
                             const TreeImportOptions& options) {
  const bool xgboost = options.library == TreeLibrary::kXgboost;
  const auto features = static_cast<std::int64_t>(ensemble.features.size());
  const auto groups = static_cast<std::int64_t>(ensemble.base.size());
  model::v1::Bundle manifest;
  manifest.set_name(options.name);
  manifest.set_version(options.version);
  manifest.set_task(model::v1::TASK_TABULAR);
  manifest.set_architecture(xgboost ? "xgboost" : "lightgbm");
  manifest.set_description(
      absl::StrCat(ensemble.trees.size(), " boosted trees of ", xgboost ? "XGBoost" : "LightGBM",
                   ", ", ensemble.objective.empty() ? "no objective" : ensemble.objective));
  manifest.set_license(options.license);
  manifest.set_source(options.source);
  const auto add = [](auto* specs, const char* name, std::int64_t width) {
    model::v1::TensorSpec* spec = specs->Add();
    spec->set_name(name);
    spec->set_dtype(model::v1::DATA_TYPE_FLOAT32);
    spec->add_shape(-1);
    spec->add_shape(width);
  };
  add(manifest.mutable_inputs(), "features", features);
  add(manifest.mutable_outputs(), "predictions",
      ensemble.link == modeling::TreeLink::kArgmax ? 1 : groups);
  add(manifest.mutable_outputs(), "margins", groups);
  return manifest;
}

}  // namespace

absl::StatusOr<std::filesystem::path> ImportTrees(const TreeImportOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::TreeEnsemble ensemble,
                             options.library == TreeLibrary::kXgboost
                                 ? modeling::ReadXgboostModel(options.file)
                                 : modeling::ReadLightgbmModel(options.file));
  const torch::jit::Module module = modeling::MakeTreeModule(ensemble);
  const model::v1::Bundle manifest = ManifestOf(ensemble, options);
  const std::vector<inference::BundleFile> files = {
      {training::kTableFeaturesFile,
       nlohmann::json(ensemble.features)
           .dump(1, ' ', false, nlohmann::json::error_handler_t::replace)}};
  const std::vector<at::Tensor> golden = inference::ExampleInputs(manifest, kGoldenRows, 1);
  const inference::BundleWriterOptions writer = {.model_dir = options.out};
  return options.key == nullptr
             ? inference::WriteUnsignedBundle(writer, module, manifest, files, golden)
             : inference::WriteBundle(writer, module, manifest, files, golden, *options.key);
}

}  // namespace clientele::models
