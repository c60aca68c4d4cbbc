#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_TRAIN_FUSER_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_TRAIN_FUSER_RECIPE_H_

#include <iosfwd>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

// A fuser with its scores, of a recipe of the kind "profile-fuser". A line of JSON on `out`. The
// errors of the recipe, of its files and of the training.
absl::Status TrainFuserRecipe(const nlohmann::json& json, const RecipeOptions& options,
                              std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_TRAIN_FUSER_RECIPE_H_
