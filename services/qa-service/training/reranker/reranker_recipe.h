#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RERANKER_RECIPE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RERANKER_RECIPE_H_

// How a reranker is made: from which questions and passages, and how long. JSON, see
// tools/clientele-models/reranker/train_reranker_recipe.h.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const RerankerRecipe recipe, ParseRerankerRecipe(json));
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<QuestionAnswer> pairs,
//                              RankedPairsOf(recipe, "../shared/data"));
//
// Immutable values; thread-safe.

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"

#include "services/qa-service/training/encoder/retriever_tuning.h"
#include "services/qa-service/training/recipes/recipe_head.h"
#include "services/qa-service/training/recipes/text_rows.h"
#include "services/qa-service/training/reranker/reranker_training.h"

namespace clientele::qa {

// `kind` of a recipe of this file.
inline constexpr char kRerankerRecipeKind[] = "reranker";

struct RerankerSource {
  TextPlace place = {};
  // SQuAD's JSON, of which the passage that holds the answer is right, cut as the service cuts
  // articles; otherwise rows of two texts, a question and what answers it.
  bool squad = false;
};

struct RerankerRecipe : RecipeHead {
  std::string encoder;  // folder, relative to the recipe
  RerankerTrainingOptions training = {.epochs = 2};
  std::vector<RerankerSource> sources;
};

// INVALID_ARGUMENT names the field that is wrong or not known.
absl::StatusOr<RerankerRecipe> ParseRerankerRecipe(const nlohmann::json& json);

// The questions with the passages that answer them, each pair once. Questions whose answer stands
// in no single passage are left out. Errors of ReadSquadFiles and ReadTextRows; INVALID_ARGUMENT
// for a source without a pair.
absl::StatusOr<std::vector<QuestionAnswer>> RankedPairsOf(const RerankerRecipe& recipe,
                                                          const std::filesystem::path& data);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RERANKER_RECIPE_H_
