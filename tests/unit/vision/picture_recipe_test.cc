#include "services/profile-service/training/vision/picture_recipe.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

namespace clientele::profile {
namespace {

TEST_CASE("a recipe keeps what it says and has defaults for the rest") {
  const auto recipe = ParsePictureRecipe(
      R"({"side": 96, "epochs": 7, "learning_rate": 1e-3, "augmentation": {"mirror": false}})");
  REQUIRE(recipe.ok());
  CHECK(recipe->side == 96);
  CHECK(recipe->epochs == 7);
  CHECK(recipe->learning_rate == 1e-3);
  CHECK_FALSE(recipe->augmentation.mirror);
  CHECK(recipe->batch == PictureRecipe().batch);
  const auto again = ParsePictureRecipe(ToJson(*recipe));
  REQUIRE(again.ok());
  CHECK(ToJson(*again) == ToJson(*recipe));
}

TEST_CASE("wrong recipes are refused by field") {
  const auto refused = [](const std::string& json, const std::string& field) {
    const auto recipe = ParsePictureRecipe(json);
    REQUIRE_FALSE(recipe.ok());
    INFO(recipe.status());
    CHECK(absl::StrContains(recipe.status().message(), field));
  };
  refused("[]", "recipe");
  refused("{", "recipe");
  refused(R"({"epoch": 3})", "epoch");
  refused(R"({"epochs": 2.5})", "recipe.epochs");
  refused(R"({"epochs": "3"})", "recipe.epochs");
  refused(R"({"side": 100})", "recipe.side");
  refused(R"({"side": -32})", "recipe.side");
  refused(R"({"learning_rate": 1e9})", "recipe.learning_rate");
  refused(R"({"depthwise": 1})", "recipe.depthwise");
  refused(R"({"augmentation": 1})", "recipe.augmentation");
  refused(R"({"augmentation": {"erase": 2}})", "recipe.augmentation.erase");
  refused(R"({"augmentation": {"blur": 2}})", "recipe.augmentation.blur");
}

}  // namespace
}  // namespace clientele::profile
