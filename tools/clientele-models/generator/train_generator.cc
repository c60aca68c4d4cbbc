#include "tools/clientele-models/generator/train_generator.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/generator_training.h"
#include "services/qa-service/training/text_bundle.h"
#include "tools/clientele-models/generator/new_generator_bundle.h"

namespace clientele::models {

absl::Status TrainGenerator(const TrainGeneratorOptions& options, std::ostream& out,
                            std::ostream& log) {
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
      const auto begun,
      options.generator.empty()
          ? OpenNewGenerator(rows.examples, options.vocabulary, options.bundle.seed, folder)
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
