#include "tools/clientele-models/tables/train_trees.h"

#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/trees/score.h"

namespace clientele::models {
namespace {

using clientele::testing::TemporaryFolder;

std::string Table() {
  std::string csv = "size,color,price,kind\n";
  for (int i = 0; i < 240; ++i) {
    const int size = i % 12;
    const char* color = i % 3 == 0 ? "red" : "blue";
    csv += std::to_string(size) + "," + color + "," + std::to_string(3 * size + (i % 3 == 0)) +
           "," +
           (size < 4   ? "small"
            : size < 8 ? "middle"
                       : "large") +
           "\n";
  }
  return csv;
}

struct Result {
  absl::Status status;
  nlohmann::json line;
};

Result Train(TrainTreesOptions options, const TemporaryFolder& folder) {
  options.table.csv = folder.path() / "t.csv";
  options.bundle.out = folder.path() / "models";
  options.bundle.name = "trees";
  options.folds = 3;
  options.trees.rounds = 60;
  std::ostringstream out;
  Result result{TrainTrees(options, out), {}};
  const std::string text = out.str();
  const std::size_t last = text.rfind("\n{");
  if (last != std::string::npos) result.line = nlohmann::json::parse(text.substr(last + 1));
  return result;
}

TEST_CASE("the objective is found from the label, and the bundle scores raw cells") {
  const TemporaryFolder folder;
  folder.Write("t.csv", Table());
  const Result kinds = Train({.table = {.label = "kind", .ignored = {"price"}}}, folder);
  INFO(kinds.status);
  REQUIRE(kinds.status.ok());
  CHECK(kinds.line["objective"] == "classes");
  CHECK(kinds.line["accuracy"] == 1.0);
  CHECK(kinds.line["majority"].get<double>() < 0.34);
  const Result prices = Train({.table = {.label = "price"}, .objective = "regression"}, folder);
  REQUIRE(prices.status.ok());
  CHECK(prices.line["rmse"].get<double>() < 3);
  const Result red =
      Train({.table = {.label = "color", .ignored = {"kind"}}, .positive = "red"}, folder);
  INFO(red.status);
  REQUIRE(red.status.ok());
  CHECK(red.line["objective"] == "binary");

  std::ostringstream out;
  const auto scored = Score({.bundle = kinds.line["bundle"].get<std::string>(),
                             .csv = folder.Write("s.csv", "color,size\nred,1\ngreen,\n")},
                            out);
  INFO(scored);
  CHECK(scored.ok());
  CHECK(absl::StartsWith(out.str(), "prediction_0,prediction_1,prediction_2\n"));
}

TEST_CASE("options that cannot be followed are refused in a sentence") {
  const TemporaryFolder folder;
  folder.Write("t.csv", Table());
  const auto error = [&](TrainTreesOptions options) {
    return std::string(Train(std::move(options), folder).status.message());
  };
  CHECK(absl::StrContains(error({.table = {.label = "kind"}, .objective = "regression"}),
                          "must be numbers"));
  CHECK(absl::StrContains(error({.table = {.label = "kind"}, .monotone = {"size"}}),
                          "COLUMN=1 or COLUMN=-1"));
  CHECK(absl::StrContains(error({.table = {.label = "kind"}, .monotone = {"weight=1"}}),
                          "no column that is learned from"));
  CHECK(absl::StrContains(error({.table = {.label = "kind"}, .monotone = {"color=1"}}),
                          "categorical"));
  CHECK(absl::StrContains(error({.table = {.label = "kind"}, .positive = "huge"}),
                          "no row has the positive label"));
  CHECK(absl::StrContains(error({.table = {.label = "colour"}}), "colour"));
}

}  // namespace
}  // namespace clientele::models
