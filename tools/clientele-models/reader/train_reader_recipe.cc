#include "tools/clientele-models/reader/train_reader_recipe.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/qa-service/training/recipes/recipe_fields.h"
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
  bundle.name.clear();
  qa::RecipeFields fields(json, "");
  std::string kind;
  std::string encoder;
  fields.Read("kind", kind);
  fields.Read("name", bundle.name);
  fields.Read("version", bundle.version);
  fields.Read("license", bundle.license);
  fields.Read("encoder", encoder);
  fields.ReadWithin("seed", bundle.seed, 0, 1e15);
  fields.ReadWithin("epochs", training.epochs, 1, 1000);
  fields.ReadWithin("window_tokens", training.window_tokens, 16, 8192);
  if (kind != kReaderRecipeKind) fields.Fail("kind", absl::StrCat("must be ", kReaderRecipeKind));
  if (bundle.name.empty()) fields.Fail("name", "is missing");
  if (bundle.version.empty()) fields.Fail("version", "is missing");
  if (encoder.empty()) fields.Fail("encoder", "is missing");
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<qa::TextPlace> places,
                             qa::ParseSources<qa::TextPlace>(fields, "", ParsePlace));
  for (const qa::TextPlace& place : places) training.files.push_back(options.data / place.file);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  training.encoder = options.recipe.parent_path() / encoder;
  bundle.out = options.out;
  bundle.key_file = options.key_file;
  bundle.checkpoints = options.work / bundle.name;
  return TrainReader(training, out, log);
}

}  // namespace clientele::models
