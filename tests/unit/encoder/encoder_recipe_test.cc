#include "services/qa-service/training/encoder/encoder_recipe.h"

#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

namespace clientele::qa {
namespace {

nlohmann::json Recipe() {
  return {{"kind", "distilled-encoder"},
          {"name", "encoder"},
          {"version", "1"},
          {"teacher", "../teacher"},
          {"encoder", {{"layers", 2}, {"width", 32}, {"heads", 2}}},
          {"stages",
           {{{"schedule", {{"epochs", 3}}},
             {"sources",
              {{{"file", "a.csv"}, {"columns", {"text"}}, {"cut", "both"}, {"limit", 10}},
               {{"file", "b.tsv"}, {"use", "translations"}, {"columns", {"en", "zh"}}},
               {{"file", "c.json"}, {"places", {"train[][0]"}}},
               {{"file", "d.txt"}, {"use", "pairs"}, {"separator", "\t"}, {"field", 2}}}}}}}};
}

TEST_CASE("a recipe is read with its defaults") {
  const auto recipe = ParseEncoderRecipe(Recipe());
  INFO(recipe.status());
  REQUIRE(recipe.ok());
  CHECK(recipe->sizes.layers == 2);
  CHECK(recipe->sizes.inner == EncoderSizes().inner);
  REQUIRE(recipe->stages.size() == 1);
  CHECK(recipe->stages[0].schedule.epochs == 3);
  const std::vector<TextSource>& sources = recipe->stages[0].sources;
  REQUIRE(sources.size() == 4);
  CHECK(sources[0].cut == TextCut::kBoth);
  CHECK(sources[0].limit == 10);
  CHECK(sources[1].use == TextUse::kTranslations);
  CHECK(sources[3].place.field == 2);
}

TEST_CASE("what is wrong in a recipe is named") {
  const auto message = [](const char* pointer, const nlohmann::json& value) {
    nlohmann::json json = Recipe();
    json[nlohmann::json::json_pointer(pointer)] = value;
    const auto recipe = ParseEncoderRecipe(json);
    REQUIRE(recipe.status().code() == absl::StatusCode::kInvalidArgument);
    return std::string(recipe.status().message());
  };
  using absl::StrContains;
  CHECK(StrContains(message("/kind", "cake"), "kind"));
  CHECK(StrContains(message("/epochs", 3), "epochs"));  // not known there
  CHECK(StrContains(message("/stages/0/schedule/epochs", 0), "stages[0].schedule.epochs"));
  CHECK(StrContains(message("/encoder/heads", 5), "encoder.heads"));
  CHECK(
      StrContains(message("/stages/0/sources/0/file", "/etc/passwd"), "stages[0].sources[0].file"));
  CHECK(StrContains(message("/stages/0/sources/0/file", "../../x"), "stages[0].sources[0].file"));
  CHECK(StrContains(message("/stages/0/sources/0/use", "magic"), "stages[0].sources[0].use"));
  CHECK(
      StrContains(message("/stages/0/sources/1/columns", {"en"}), "stages[0].sources[1].columns"));
  CHECK(
      StrContains(message("/stages/0/sources/2/columns", {"en"}), "stages[0].sources[2].columns"));
  CHECK(StrContains(message("/stages/0/sources", nlohmann::json::array()), "stages[0].sources"));
  CHECK(StrContains(message("/stages", nlohmann::json::array()), "stages"));
  CHECK(StrContains(message("/teacher", ""), "teacher"));
  CHECK(StrContains(message("/lexical_weight", 2), "lexical_weight"));
  CHECK(StrContains(message("/name", 7), "name"));
  CHECK_FALSE(ParseEncoderRecipe(nlohmann::json::array()).ok());
}

}  // namespace
}  // namespace clientele::qa
