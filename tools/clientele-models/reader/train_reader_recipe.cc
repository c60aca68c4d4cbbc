#include "tools/clientele-models/reader/train_reader_recipe.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/qa-service/training/recipes/recipe_fields.h"
#include "services/qa-service/training/recipes/recipe_head.h"
#include "services/qa-service/training/recipes/text_rows.h"
#include "tools/clientele-models/reader/train_reader.h"

namespace clientele::models {
namespace {

absl::StatusOr<qa::TextPlace> ParsePlace(const nlohmann::json& json, const std::string& where) {
  qa::RecipeFields fields(json, where);
  qa::TextPlace place;
  qa::ReadTextPlace(fields, place);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return place;
}

}  // namespace

absl::Status TrainReaderRecipe(const nlohmann::json& json, const RecipeOptions& options,
                               std::ostream& out, std::ostream& log) {
  TrainReaderOptions training;
  TrainedBundleOptions& bundle = training.bundle;
  qa::RecipeFields fields(json, "");
  qa::RecipeHead head;
  std::string encoder;
  qa::ReadRecipeHead(fields, head);
  fields.Read("encoder", encoder);
  fields.ReadWithin("epochs", training.epochs, 1, 1000);
  fields.ReadWithin("window_tokens", training.window_tokens, 16, 8192);
  qa::CheckRecipeHead(fields, kReaderRecipeKind, head);
  qa::RequireField(fields, "encoder", encoder);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<qa::TextPlace> places,
                             qa::ParseSources<qa::TextPlace>(fields, "", ParsePlace));
  for (const qa::TextPlace& place : places) training.files.push_back(options.data / place.file);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  training.encoder = options.recipe.parent_path() / encoder;
  bundle.name = head.name;
  bundle.version = head.version;
  bundle.license = head.license;
  bundle.seed = head.seed;
  bundle.out = options.out;
  bundle.key_file = options.key_file;
  bundle.checkpoints = options.work / bundle.name;
  return TrainReader(training, out, log);
}

}  // namespace clientele::models
