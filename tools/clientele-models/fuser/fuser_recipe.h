#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_FUSER_RECIPE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_FUSER_RECIPE_H_

// What a fuser is made of (deploy/models/recipes/clientele-fuser.json).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"

#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/training/fuser/look_back.h"
#include "services/qa-service/training/recipes/recipe_head.h"
#include "tools/clientele-models/fuser/history_file.h"

namespace clientele::models {

inline constexpr char kFuserRecipeKind[] = "profile-fuser";

// One company's history.
struct HistorySource {
  std::string name = {};
  std::string file = {};
  bool beside_recipe = false;  // `file` is relative to the recipe's folder, not to the data
  HistoryColumns columns = {};
  profile::LookBackOptions look_back = {};
  bool scores = false;  // the heads learn from it
};

// Pictures in a folder a class, and texts about things of a class.
struct PictureSource {
  std::string folder = {};
  std::string texts = {};  // a CSV file; empty: none
  std::string text_column = {};
  std::string class_column = {};
  // For each class of the pictures, those of the texts.
  std::map<std::string, std::vector<std::string>> classes = {};
  std::int64_t texts_of_class = 200;
};

struct FuserRecipe : qa::RecipeHead {
  std::string description = {};
  std::string text_encoder = {};   // a bundle, relative to the recipe's folder
  std::string image_encoder = {};  // the same
  std::int64_t epochs = 8;
  std::int64_t width = 128;
  int score_days = 90;
  std::vector<profile::BehaviorFeature> score_features = {};
  std::vector<HistorySource> histories = {};
  std::vector<PictureSource> pictures = {};
};

// INVALID_ARGUMENT that names the field of the first mistake.
absl::StatusOr<FuserRecipe> ParseFuserRecipe(const nlohmann::json& json);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_FUSER_RECIPE_H_
