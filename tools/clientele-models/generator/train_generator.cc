#include "tools/clientele-models/generator/train_generator.h"

#include <memory>
#include <ostream>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/generator_training.h"
#include "services/qa-service/training/generator/new_generator.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

// Removed with what is in it.
class HiddenFolder {
 public:
  explicit HiddenFolder(fs::path path) : path_(std::move(path)) {}
  ~HiddenFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  HiddenFolder(const HiddenFolder&) = delete;
  HiddenFolder& operator=(const HiddenFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  const fs::path path_;
};

using Loaded = std::shared_ptr<const inference::LoadedModel>;

// A new generator, which has to be a bundle to be opened as one.
absl::StatusOr<Loaded> OpenNewGenerator(const TrainGeneratorOptions& options,
                                        const HiddenFolder& folder) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Loaded encoder,
      qa::OpenTextBundle(options.encoder, model::v1::TASK_TEXT_ENCODER, "encoder"));
  CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                             qa::NewSmallGenerator(*encoder, options.bundle.seed));
  built.manifest.set_name("new-generator");
  built.manifest.set_version("1");
  CLIENTELE_ASSIGN_OR_RETURN(const auto files, qa::TokenizerFilesOf(*encoder));
  CLIENTELE_ASSIGN_OR_RETURN(
      const fs::path written,
      inference::WriteUnsignedBundle({.model_dir = folder.path()}, built.module, built.manifest,
                                     files, inference::ExampleInputs(built.manifest, 2, 8)));
  return qa::OpenTextBundle(written, model::v1::TASK_TEXT_GENERATOR);
}

}  // namespace

absl::Status TrainGenerator(const TrainGeneratorOptions& options, std::ostream& out,
                            std::ostream& log) {
  if (options.generator.empty() && options.encoder.empty()) {
    return InvalidField("generator",
                        "must be given, or an --encoder whose tokenizer a new one takes");
  }
  TrainingRun run(options.bundle, log);
  CLIENTELE_RETURN_IF_ERROR(run.Begin());
  CLIENTELE_ASSIGN_OR_RETURN(const GenerationRows rows,
                             ReadGenerationRows(options.pairs, options.columns));
  if (rows.skipped > 0) {
    run.progress()(absl::StrCat(rows.skipped, " rows lack a text and are left out"));
  }
  const HiddenFolder folder(options.bundle.out /
                            absl::StrCat(".", options.bundle.name, "-", run.version(), "-new"));
  CLIENTELE_ASSIGN_OR_RETURN(
      const Loaded begun,
      options.generator.empty()
          ? OpenNewGenerator(options, folder)
          : qa::OpenTextBundle(options.generator, model::v1::TASK_TEXT_GENERATOR, "generator"));
  qa::GeneratorBundleOptions bundle = {.out = options.bundle.out,
                                       .name = options.bundle.name,
                                       .version = run.version(),
                                       .license = options.bundle.license,
                                       .key = run.key()};
  bundle.training.seed = options.bundle.seed;
  bundle.training.epochs = options.epochs;
  bundle.training.learning_rate = options.learning_rate;
  bundle.training.checkpoints = options.bundle.checkpoints;
  bundle.training.progress = run.progress();
  CLIENTELE_ASSIGN_OR_RETURN(const qa::PublishedGenerator published,
                             qa::TrainGeneratorBundle(*begun, rows.examples, bundle));
  nlohmann::ordered_json summary = {{"bundle", published.folder.string()},
                                    {"examples", published.examples}};
  for (const auto& [name, value] : published.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
