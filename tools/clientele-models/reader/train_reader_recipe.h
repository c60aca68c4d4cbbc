#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_TRAIN_READER_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_TRAIN_READER_RECIPE_H_

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/status.h"

#include "tools/clientele-models/training/recipe_options.h"

namespace clientele::models {

// `kind` of a reader's recipe.
inline constexpr char kReaderRecipeKind[] = "reader";

// Makes the reader of a recipe, such as deploy/models/recipes/clientele-reader.json:
//
//   {"kind": "reader", "name": "clientele-reader", "version": "1", "license": "CC-BY-SA-4.0",
//    "encoder": "../clientele-encoder/1", "seed": 1, "epochs": 2, "window_tokens": 256,
//    "sources": [{"file": "xquad/xquad.en.json", "license": "..."}]}
//
// The encoder's folder is relative to the recipe, the files are SQuAD's JSON in the data folder.
// Prints what TrainReader prints. INVALID_ARGUMENT names the field that is wrong or not known.
absl::Status TrainReaderRecipe(const nlohmann::json& json, const RecipeOptions& options,
                               std::ostream& out, std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_TRAIN_READER_RECIPE_H_
