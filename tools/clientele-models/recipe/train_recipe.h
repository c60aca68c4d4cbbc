#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RECIPE_TRAIN_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RECIPE_TRAIN_RECIPE_H_

#include <iosfwd>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

// Makes the model of a recipe (deploy/models/recipes), by the recipe's `kind`. A line of JSON at
// the end of `out`: `bundle`, what it learned from, and the bundle's metrics. What is going on is
// said on `log`. INVALID_ARGUMENT for a kind that is not known; the errors of each training.
absl::Status TrainRecipe(const RecipeOptions& options, std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RECIPE_TRAIN_RECIPE_H_
