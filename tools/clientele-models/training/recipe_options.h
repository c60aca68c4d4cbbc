#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_RECIPE_OPTIONS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_RECIPE_OPTIONS_H_

#include <filesystem>

namespace clientele::models {

// Of `train --recipe`, whichever model the recipe makes.
struct RecipeOptions {
  std::filesystem::path recipe = {};
  std::filesystem::path data = "../shared/data";  // what the recipe's files are in
  // Of an encoder that learns from another one; empty: as the recipe says.
  std::filesystem::path teacher = {};
  std::filesystem::path work = "training";  // keeps checkpoints
  std::filesystem::path out = "models";     // <out>/<name>/<version> is made
  bool finish_now = false;                  // an encoder's bundle of the newest checkpoint
  std::filesystem::path key_file = {};      // empty: unsigned
};

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TRAINING_RECIPE_OPTIONS_H_
