#include <filesystem>
#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/trees/score.h"
#include "tools/clientele-models/trees/tree_import.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;

// `groups` times the same tree: age <= 30.5 gives 0.25, else -0.75.
std::string SmallModel(int groups, const std::string& objective) {
  std::string text = "tree\nversion=v4\nnum_class=" + std::to_string(groups) +
                     "\nnum_tree_per_iteration=" + std::to_string(groups) +
                     "\nmax_feature_idx=1\nobjective=" + objective +
                     "\nfeature_names=age spent\n\n";
  for (int i = 0; i < groups; ++i) {
    text += "Tree=" + std::to_string(i) +
            "\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=30.5\ndecision_type=10\n"
            "left_child=-1\nright_child=-2\nleaf_value=0.25 -0.75\nleaf_count=3 1\n"
            "internal_count=4\n\n";
  }
  return text + "end of trees\n";
}

absl::StatusOr<fs::path> Import(const TemporaryFolder& folder, const std::string& model) {
  return ImportTrees({.library = TreeLibrary::kLightgbm,
                      .file = folder.Write("model.txt", model),
                      .out = folder.path() / "models",
                      .name = "trees",
                      .version = "1",
                      .license = "Apache-2.0"});
}

TEST_CASE("a CSV is scored by the names in its header, with margins and contributions") {
  const TemporaryFolder folder;
  const auto bundle = Import(folder, SmallModel(1, "regression"));
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  std::ostringstream out;
  const absl::Status status =
      Score({.bundle = *bundle,
             .csv = folder.Write("rows.csv", "id,spent,age\na,1,30.5\nb,,40\nc,5,\n"),
             .margins = true,
             .contributions = true},
            out);
  INFO(status);
  CHECK(status.ok());
  CHECK(out.str() ==
        "prediction,margin,contribution_age,contribution_spent,contribution_bias\n"
        "0.25,0.25,0.25,0,0\n"
        "-0.75,-0.75,-0.75,0,0\n"
        "0.25,0.25,0.25,0,0\n");
}

TEST_CASE("several classes are written one after another") {
  const TemporaryFolder folder;
  const auto bundle = Import(folder, SmallModel(2, "multiclass num_class:2"));
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  std::ostringstream out;
  REQUIRE(Score({.bundle = *bundle,
                 .csv = folder.Write("rows.csv", "age,spent\n1,1\n"),
                 .margins = true,
                 .contributions = true},
                out)
              .ok());
  CHECK(out.str() ==
        "prediction_0,prediction_1,margin_0,margin_1,"
        "contribution_class0_age,contribution_class0_spent,contribution_class0_bias,"
        "contribution_class1_age,contribution_class1_spent,contribution_class1_bias\n"
        "0.5,0.5,0.25,0.25,0.25,0,0,0.25,0,0\n");
}

TEST_CASE("a file that lacks a feature, or holds what is no number, is refused by name") {
  const TemporaryFolder folder;
  const auto bundle = Import(folder, SmallModel(1, "regression"));
  REQUIRE(bundle.ok());
  const auto [rows, message] = GENERATE(table<std::string, std::string>({
      {"age,paid\n1,2\n", "spent"},
      {"age,spent\n1,2\nold,2\n", "line 3: age 'old' is not a number"},
  }));
  std::ostringstream out;
  const absl::Status status =
      Score({.bundle = *bundle, .csv = folder.Write("rows.csv", rows)}, out);
  CHECK(absl::IsInvalidArgument(status));
  CHECK(absl::StrContains(status.message(), message));
}

}  // namespace
}  // namespace clientele::models
