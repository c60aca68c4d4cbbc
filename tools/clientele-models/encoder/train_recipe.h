#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_RECIPE_H_

#include <filesystem>
#include <iosfwd>

#include "absl/status/status.h"

namespace clientele::models {

struct TrainRecipeOptions {
  std::filesystem::path recipe = {};
  std::filesystem::path data = "../shared/data";
  // Empty: as the recipe says.
  std::filesystem::path teacher = {};
  std::filesystem::path work = "training";
  std::filesystem::path out = "models";
  bool finish_now = false;
  std::filesystem::path key_file = {};  // empty: unsigned
};

// Makes the model of a recipe (deploy/models/recipes). A line of JSON at the end of `out`:
// `bundle`, `texts`, `vocabulary` and the bundle's metrics. What is going on is said on `log`.
absl::Status TrainRecipe(const TrainRecipeOptions& options, std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_RECIPE_H_
