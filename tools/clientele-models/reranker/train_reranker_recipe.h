#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_RECIPE_H_

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

// Makes the reranker of a recipe:
//
//   {"kind": "reranker", "name": "faq-reranker", "version": "1", "license": "CC-BY-SA-4.0",
//    "encoder": "../clientele-encoder/1", "seed": 1, "epochs": 2, "negatives": 3,
//    "learning_rate": 2e-4, "head_learning_rate": 1e-3,
//    "sources": [{"file": "xquad/xquad.en.json", "use": "questions"},
//                {"file": "faq.csv", "use": "pairs", "columns": ["question", "answer"]}]}
//
// The encoder's folder is relative to the recipe. Prints what TrainReranker prints.
// INVALID_ARGUMENT names the field that is wrong or not known.
absl::Status TrainRerankerRecipe(const nlohmann::json& json, const RecipeOptions& options,
                                 std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_RECIPE_H_
