#include "tools/clientele-models/tables/train_churn_recipe.h"

#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/inference/compute/usable_cores.h"
#include "common/status/status_macros.h"
#include "services/profile-service/training/churn_model.h"
#include "services/qa-service/training/recipes/recipe_fields.h"

namespace clientele::models {

absl::Status TrainChurnRecipe(const nlohmann::json& json, const RecipeOptions& options,
                              std::ostream& out, std::ostream& log) {
  profile::ChurnOptions training;
  qa::RecipeFields fields(json, "");
  std::string kind;
  std::string file;
  std::string file_license;
  fields.Read("kind", kind);
  fields.Read("name", training.bundle.name);
  fields.Read("version", training.bundle.version);
  fields.Read("license", training.bundle.license);
  fields.Read("file", file);
  fields.Read("file_license", file_license);
  fields.Read("label", training.table.label);
  fields.Read("positive", training.positive);
  fields.Read("ignored", training.table.ignored);
  fields.ReadWithin("seed", training.seed, 0, 1e15);
  if (kind != kChurnRecipeKind) fields.Fail("kind", absl::StrCat("must be ", kChurnRecipeKind));
  if (training.bundle.name.empty()) fields.Fail("name", "is missing");
  if (training.bundle.version.empty()) fields.Fail("version", "is missing");
  if (file.empty()) fields.Fail("file", "is missing");
  if (training.table.label.empty()) fields.Fail("label", "is missing");
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  training.table.csv = options.data / file;
  training.bundle.out = options.out;
  training.threads = inference::UsableCores();
  std::optional<crypto::SigningKey> key;
  if (!options.key_file.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        key, crypto::SigningKey::FromFile(options.key_file.string(),
                                          "the signing key file (--signing_key)"));
    training.bundle.key = &*key;
  }
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
