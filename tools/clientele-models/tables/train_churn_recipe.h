#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TRAIN_CHURN_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TRAIN_CHURN_RECIPE_H_

#include <iosfwd>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

inline constexpr char kChurnRecipeKind[] = "churn-table";

// What `train churn` makes of a table, of a recipe of this kind. A line of JSON on `out`.
absl::Status TrainChurnRecipe(const nlohmann::json& json, const RecipeOptions& options,
                              std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TABLES_TRAIN_CHURN_RECIPE_H_
