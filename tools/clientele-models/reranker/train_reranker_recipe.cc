#include "tools/clientele-models/reranker/train_reranker_recipe.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/qa-service/training/reranker/reranker_recipe.h"
#include "tools/clientele-models/reranker/train_reranker.h"

namespace clientele::models {

absl::Status TrainRerankerRecipe(const nlohmann::json& json, const RecipeOptions& options,
                                 std::ostream& out, std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const qa::RerankerRecipe recipe, qa::ParseRerankerRecipe(json));
  const RerankerRunOptions training = {.encoder = options.recipe.parent_path() / recipe.encoder,
                                       .bundle = {.out = options.out,
                                                  .name = recipe.name,
                                                  .version = recipe.version,
                                                  .license = recipe.license,
                                                  .key_file = options.key_file,
                                                  .checkpoints = options.work / recipe.name,
                                                  .seed = recipe.seed},
                                       .training = recipe.training};
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<qa::QuestionAnswer> pairs,
                             qa::RankedPairsOf(recipe, options.data));
  return TrainRerankerOn(pairs, training, out, log);
}

}  // namespace clientele::models
