#include "tools/clientele-models/generator/train_generator_recipe.h"

#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/qa-service/training/generator/generator_recipe.h"
#include "services/qa-service/training/generator/generator_training.h"
#include "services/qa-service/training/generator/writing_examples.h"
#include "tools/clientele-models/generator/new_generator_bundle.h"
#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

absl::Status TrainGeneratorRecipe(const nlohmann::json& json, const RecipeOptions& options,
                                  std::ostream& out, std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::GeneratorRecipe recipe, qa::ParseGeneratorRecipe(json));
  const TrainedBundleOptions bundle = {.out = options.out,
                                       .name = recipe.name,
                                       .version = recipe.version,
                                       .license = recipe.license,
                                       .key_file = options.key_file,
                                       .checkpoints = options.work / recipe.name,
                                       .seed = recipe.seed};
  TrainingRun run(bundle, log);
  CLIENTELE_RETURN_IF_ERROR(run.Begin());
  CLIENTELE_ASSIGN_OR_RETURN(const qa::WritingExamples made,
                             qa::MakeWritingExamples(recipe, options.data));
  for (const std::string& line : made.report) run.progress()(line);
  const HiddenFolder folder(options.work / absl::StrCat(".", recipe.name, "-new"));
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto begun, OpenNewGenerator(made.examples, recipe.vocabulary, recipe.seed, folder));
  const qa::GeneratorBundleOptions publication = {
      .out = options.out,
      .name = recipe.name,
      .version = run.version(),
      .license = recipe.license,
      .description = recipe.description,
      .key = run.key(),
      .training = {.seed = recipe.seed,
                   .epochs = recipe.epochs,
                   .held_out = recipe.held_out,
                   .batch_examples = recipe.batch_examples,
                   .learning_rate = recipe.learning_rate,
                   .checkpoints = bundle.checkpoints,
                   .progress = run.progress()}};
  CLIENTELE_ASSIGN_OR_RETURN(const qa::PublishedGenerator published,
                             qa::TrainGeneratorBundle(*begun, made.examples, publication));
  nlohmann::ordered_json summary = {{"bundle", published.folder.string()},
                                    {"examples", published.examples}};
  for (const auto& [name, value] : published.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
