#include "tools/clientele-models/tables/train_churn_recipe.h"

#include <ostream>
#include <string>

#include "common/inference/compute/usable_cores.h"
#include "common/status/status_macros.h"
#include "services/profile-service/training/churn_model.h"
#include "services/qa-service/training/recipes/recipe_fields.h"
#include "services/qa-service/training/recipes/recipe_head.h"
#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

absl::Status TrainChurnRecipe(const nlohmann::json& json, const RecipeOptions& options,
                              std::ostream& out, std::ostream& log) {
  profile::ChurnOptions training;
  qa::RecipeFields fields(json, "");
  qa::RecipeHead head;
  std::string file;
  std::string file_license;
  qa::ReadRecipeHead(fields, head);
  fields.Read("file", file);
  fields.Read("file_license", file_license);
  fields.Read("label", training.table.label);
  fields.Read("positive", training.positive);
  fields.Read("ignored", training.table.ignored);
  qa::CheckRecipeHead(fields, kChurnRecipeKind, head);
  qa::RequireField(fields, "file", file);
  qa::RequireField(fields, "label", training.table.label);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  const TrainedBundleOptions bundle = {.out = options.out,
                                       .name = head.name,
                                       .version = head.version,
                                       .license = head.license,
                                       .key_file = options.key_file,
                                       .checkpoints = {},
                                       .seed = head.seed};
  TrainingRun run(bundle, log);
  CLIENTELE_RETURN_IF_ERROR(run.Begin());
  training.table.csv = options.data / file;
  training.bundle.out = options.out;
  training.bundle.name = head.name;
  training.bundle.version = run.version();
  training.bundle.license = head.license;
  training.bundle.key = run.key();
  training.seed = head.seed;
  training.threads = inference::UsableCores();
  CLIENTELE_ASSIGN_OR_RETURN(const profile::ChurnModel model, profile::TrainChurn(training));
  for (const std::string& note : model.notes) log << note << "\n";
  const training::CandidateScore& chosen = model.candidates[model.chosen];
  const nlohmann::ordered_json line = {{"bundle", model.folder.string()},
                                       {"model", chosen.name},
                                       {"auc", chosen.auc},
                                       {"ece", chosen.calibration_error},
                                       {"seed", training.seed}};
  out << line.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
