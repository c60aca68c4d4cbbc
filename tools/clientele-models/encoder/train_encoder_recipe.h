#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_ENCODER_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_ENCODER_RECIPE_H_

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

// Makes the text encoder of a recipe (qa::EncoderRecipe). A line of JSON at the end of `out`:
// `bundle`, `texts`, `vocabulary` and the bundle's metrics. What is going on is said on `log`.
absl::Status TrainEncoderRecipe(const nlohmann::json& json, const RecipeOptions& options,
                                std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_ENCODER_RECIPE_H_
