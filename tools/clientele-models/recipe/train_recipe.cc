#include "tools/clientele-models/recipe/train_recipe.h"

#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/json_file.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/encoder/encoder_recipe.h"
#include "services/qa-service/training/generator/generator_recipe.h"
#include "services/qa-service/training/reranker/reranker_recipe.h"
#include "tools/clientele-models/encoder/train_encoder_recipe.h"
#include "tools/clientele-models/fuser/fuser_recipe.h"
#include "tools/clientele-models/fuser/train_fuser_recipe.h"
#include "tools/clientele-models/generator/train_generator_recipe.h"
#include "tools/clientele-models/reader/train_reader_recipe.h"
#include "tools/clientele-models/reranker/train_reranker_recipe.h"
#include "tools/clientele-models/tables/train_churn_recipe.h"

namespace clientele::models {

absl::Status TrainRecipe(const RecipeOptions& options, std::ostream& out, std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json json, modeling::ReadJsonFile(options.recipe));
  std::string kind;
  if (json.is_object() && json.contains("kind") && json["kind"].is_string()) {
    kind = json["kind"].get<std::string>();
  }
  if (kind == qa::kEncoderRecipeKind) return TrainEncoderRecipe(json, options, out, log);
  if (kind == kReaderRecipeKind) return TrainReaderRecipe(json, options, out, log);
  if (kind == qa::kRerankerRecipeKind) return TrainRerankerRecipe(json, options, out, log);
  if (kind == qa::kGeneratorRecipeKind) return TrainGeneratorRecipe(json, options, out, log);
  if (kind == kFuserRecipeKind) return TrainFuserRecipe(json, options, out, log);
  if (kind == kChurnRecipeKind) return TrainChurnRecipe(json, options, out, log);
  return InvalidField(
      "kind", absl::StrCat("must be ", qa::kEncoderRecipeKind, ", ", kReaderRecipeKind, ", ",
                           qa::kRerankerRecipeKind, ", ", qa::kGeneratorRecipeKind, ", ",
                           kFuserRecipeKind, " or ", kChurnRecipeKind));
}

}  // namespace clientele::models
