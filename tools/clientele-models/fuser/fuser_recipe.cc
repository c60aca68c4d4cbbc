#include "tools/clientele-models/fuser/fuser_recipe.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/recipes/recipe_fields.h"

namespace clientele::models {
namespace {

absl::StatusOr<HistoryColumns> ParseColumns(const nlohmann::json& json, const std::string& where) {
  qa::RecipeFields fields(json, where);
  HistoryColumns columns;
  fields.Read("customer", columns.customer);
  fields.Read("time", columns.time);
  fields.Read("type", columns.type);
  fields.Read("item", columns.item);
  fields.Read("category", columns.category);
  fields.Read("quantity", columns.quantity);
  fields.Read("amount", columns.amount);
  fields.Read("price", columns.price);
  fields.Read("text", columns.text);
  fields.Read("channel", columns.channel);
  fields.Read("device", columns.device);
  fields.Read("rating", columns.rating);
  fields.Read("currency_code", columns.currency_code);
  fields.Read("spaces", columns.spaces);
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return columns;
}

absl::StatusOr<HistorySource> ParseHistory(const nlohmann::json& json, const std::string& where) {
  qa::RecipeFields fields(json, where);
  HistorySource source;
  std::string license;
  fields.Read("name", source.name);
  fields.Read("file", source.file);
  fields.Read("beside_recipe", source.beside_recipe);
  fields.Read("license", license);
  fields.Read("scores", source.scores);
  fields.ReadWithin("days", source.look_back.days, 7, 730);
  fields.ReadWithin("origins", source.look_back.origins, 1, 24);
  fields.ReadWithin("step", source.look_back.step, 1, 730);
  fields.ReadWithin("least_days", source.look_back.least_days, 1, 3650);
  const nlohmann::json* columns = fields.Find("columns");
  qa::RequireField(fields, "name", source.name);
  qa::RequireField(fields, "file", source.file);
  if (columns == nullptr) fields.Fail("columns", "is missing");
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  CLIENTELE_ASSIGN_OR_RETURN(source.columns,
                             ParseColumns(*columns, absl::StrCat(where, ".columns")));
  return source;
}

absl::StatusOr<PictureSource> ParsePictures(const nlohmann::json& json, const std::string& where) {
  qa::RecipeFields fields(json, where);
  PictureSource source;
  std::string license;
  fields.Read("folder", source.folder);
  fields.Read("texts", source.texts);
  fields.Read("text_column", source.text_column);
  fields.Read("class_column", source.class_column);
  fields.Read("classes", source.classes);
  fields.Read("license", license);
  fields.ReadWithin("texts_of_class", source.texts_of_class, 1, 100'000);
  qa::RequireField(fields, "folder", source.folder);
  if (source.classes.empty()) fields.Fail("classes", "is missing");
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return source;
}

template <class Source, class Parse>
absl::StatusOr<std::vector<Source>> ParseList(qa::RecipeFields& fields, const char* name,
                                              const Parse& parse) {
  const nlohmann::json* json = fields.Find(name);
  if (json == nullptr) return std::vector<Source>();
  if (!json->is_array()) return InvalidField(name, "must be a list");
  return qa::ParseEntries<Source>(*json, name, parse);
}

void ReadFeatures(qa::RecipeFields& fields, std::vector<profile::BehaviorFeature>& features) {
  std::vector<std::string> names;
  fields.Read("score_features", names);
  for (const std::string& name : names) {
    const profile::BehaviorFeatureInfo* const info = profile::FindBehaviorFeature(name);
    if (info == nullptr) {
      fields.Fail("score_features", absl::StrCat("has no feature '", name, "'"));
      return;
    }
    features.push_back(info->feature);
  }
  if (features.empty()) fields.Fail("score_features", "is missing");
}

}  // namespace

absl::StatusOr<FuserRecipe> ParseFuserRecipe(const nlohmann::json& json) {
  qa::RecipeFields fields(json, "");
  FuserRecipe recipe;
  qa::ReadRecipeHead(fields, recipe);
  fields.Read("description", recipe.description);
  fields.Read("text_encoder", recipe.text_encoder);
  fields.Read("image_encoder", recipe.image_encoder);
  fields.ReadWithin("epochs", recipe.epochs, 1, 1000);
  fields.ReadWithin("width", recipe.width, 2, 2048);
  fields.ReadWithin("score_days", recipe.score_days, 7, 730);
  ReadFeatures(fields, recipe.score_features);
  qa::CheckRecipeHead(fields, kFuserRecipeKind, recipe);
  qa::RequireField(fields, "text_encoder", recipe.text_encoder);
  qa::RequireField(fields, "image_encoder", recipe.image_encoder);
  CLIENTELE_ASSIGN_OR_RETURN(recipe.histories,
                             ParseList<HistorySource>(fields, "histories", ParseHistory));
  CLIENTELE_ASSIGN_OR_RETURN(recipe.pictures,
                             ParseList<PictureSource>(fields, "pictures", ParsePictures));
  const auto scored = std::count_if(recipe.histories.begin(), recipe.histories.end(),
                                    [](const HistorySource& source) { return source.scores; });
  if (scored == 0) fields.Fail("histories", "must have one of which scores are learned");
  CLIENTELE_RETURN_IF_ERROR(fields.Finish());
  return recipe;
}

}  // namespace clientele::models
