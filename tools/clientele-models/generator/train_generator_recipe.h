#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_TRAIN_GENERATOR_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_TRAIN_GENERATOR_RECIPE_H_

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

// Makes the text generator of a recipe (qa::GeneratorRecipe). A line of JSON at the end of `out`:
// `bundle`, `examples` and the metrics of what was held out. What is going on is said on `log`.
absl::Status TrainGeneratorRecipe(const nlohmann::json& json, const RecipeOptions& options,
                                  std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_TRAIN_GENERATOR_RECIPE_H_
