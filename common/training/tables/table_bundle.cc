#include "common/training/tables/table_bundle.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/tree_operators.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::training {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kGoldenRows = 4;

std::string Dumped(const nlohmann::json& json) {
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The folder's sub-folders that are versions, the newest last.
std::vector<std::int64_t> VersionsIn(const fs::path& folder) {
  std::vector<std::int64_t> versions;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto version = inference::ParseVersion(entry->path().filename().string());
    if (version.has_value()) versions.push_back(*version);
  }
  std::sort(versions.begin(), versions.end());
  return versions;
}

std::optional<fs::path> NewestVersion(const fs::path& folder) {
  const std::vector<std::int64_t> versions = VersionsIn(folder);
  if (versions.empty()) return std::nullopt;
  return folder / absl::StrCat(versions.back());
}

absl::StatusOr<fs::path> FindBundle(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat("there is no bundle at ", path.string()));
  }
  if (fs::exists(path / "bundle.json", error)) return path;
  if (const auto newest = NewestVersion(path); newest.has_value()) return *newest;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto newest = NewestVersion(entry->path()); newest.has_value()) {
      found.push_back(*newest);
    }
  }
  if (found.size() == 1) return found.front();
  return absl::InvalidArgumentError(
      absl::StrCat(path.string(), found.empty() ? " holds no bundle: there is no bundle.json"
                                                : " holds several bundles: name one of them"));
}

model::v1::Bundle TableManifest(const frame::RowEncoder& encoder, const TableBundleOptions& options,
                                const std::string& version) {
  model::v1::Bundle manifest;
  manifest.set_name(options.name);
  manifest.set_version(version);
  manifest.set_task(model::v1::TASK_TABULAR);
  manifest.set_architecture(options.architecture);
  manifest.set_license(options.license);
  manifest.set_description(options.description);
  manifest.set_source("clientele-models");
  inference::AddSpec(*manifest.mutable_inputs(), "features", model::v1::DATA_TYPE_FLOAT32,
                     {-1, static_cast<std::int64_t>(encoder.fields().size())});
  inference::AddSpec(*manifest.mutable_outputs(), "predictions", model::v1::DATA_TYPE_FLOAT32,
                     {-1, options.predictions});
  inference::AddSpec(*manifest.mutable_outputs(), "margins", model::v1::DATA_TYPE_FLOAT32,
                     {-1, options.margins});
  for (const std::string& label : options.labels) manifest.add_labels(label);
  for (const auto& [name, value] : options.metrics) (*manifest.mutable_metrics())[name] = value;
  for (const auto& [name, value] : options.settings) (*manifest.mutable_settings())[name] = value;
  return manifest;
}

absl::StatusOr<frame::RowEncoder> ReadEncoder(const inference::ModelBundle& bundle) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string names, bundle.ReadFile(kTableFeaturesFile));
  // Trees of other libraries take numbers alone.
  std::string categories = "{}";
  const auto& files = bundle.manifest().files();
  if (std::any_of(files.begin(), files.end(), [](const model::v1::File& file) {
        return file.path() == kTableCategoriesFile;
      })) {
    CLIENTELE_ASSIGN_OR_RETURN(categories, bundle.ReadFile(kTableCategoriesFile));
  }
  absl::StatusOr<frame::RowEncoder> encoder =
      frame::RowEncoder::FromJson(nlohmann::json::parse(names, nullptr, false),
                                  nlohmann::json::parse(categories, nullptr, false));
  if (!encoder.ok()) return InvalidField(kTableFeaturesFile, encoder.status().message());
  return encoder;
}

}  // namespace

absl::StatusOr<fs::path> WriteTableBundle(const torch::jit::Module& module,
                                          const frame::RowEncoder& encoder,
                                          const TableBundleOptions& options) {
  std::string version = options.version;
  if (version.empty()) {
    const std::vector<std::int64_t> versions = VersionsIn(options.out / options.name);
    version = absl::StrCat(versions.empty() ? 1 : versions.back() + 1);
  }
  const model::v1::Bundle manifest = TableManifest(encoder, options, version);
  std::vector<inference::BundleFile> files = {
      {kTableFeaturesFile, Dumped(encoder.NamesToJson())},
      {kTableCategoriesFile, Dumped(encoder.CategoriesToJson())}};
  if (!options.card.empty()) files.push_back({kModelCardFile, options.card});
  const std::vector<at::Tensor> golden = inference::ExampleInputs(manifest, kGoldenRows, 1);
  const inference::BundleWriterOptions writer = {.model_dir = options.out};
  return options.key == nullptr
             ? inference::WriteUnsignedBundle(writer, module, manifest, files, golden)
             : inference::WriteBundle(writer, module, manifest, files, golden, *options.key);
}

absl::StatusOr<TableBundle> OpenTableBundle(const fs::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const fs::path folder, FindBundle(path));
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(folder));
  if (bundle.manifest().task() != model::v1::TASK_TABULAR) {
    return InvalidField("bundle", "must be of task TABULAR");
  }
  TableBundle opened{.folder = folder, .encoder = {}, .module = torch::jit::Module("Unread")};
  CLIENTELE_ASSIGN_OR_RETURN(opened.encoder, ReadEncoder(bundle));
  inference::RegisterTreeOperators();
  try {
    opened.module = torch::jit::load((folder / "model.pt").string());
  } catch (const std::exception&) {
    return InvalidField("model.pt", "is no TorchScript module that can be loaded");
  }
  opened.predictions = bundle.manifest().outputs(0).shape(1);
  opened.margins = bundle.manifest().outputs(1).shape(1);
  opened.settings.insert(bundle.manifest().settings().begin(), bundle.manifest().settings().end());
  return opened;
}

frame::VocabularyOptions TableVocabulary(std::size_t rows) {
  return {.min_count = rows < 2000 ? 2 : 4};
}

}  // namespace clientele::training
