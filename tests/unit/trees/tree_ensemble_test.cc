#include "common/modeling/trees/tree_ensemble.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/match.h"

namespace clientele::modeling {
namespace {

using inference::TreeMargins;

const double kNaN = std::nan("");

// One split, by which a row gets 1 on the left and 2 on the right.
std::vector<RawTreeNode> Stump(std::int32_t rule, double threshold,
                               std::vector<std::uint32_t> categories = {}) {
  std::vector<RawTreeNode> nodes(3);
  nodes[0].left = 1;
  nodes[0].right = 2;
  nodes[0].rule = rule;
  nodes[0].threshold = threshold;
  nodes[0].categories = std::move(categories);
  nodes[0].cover = 2;
  nodes[1].value = 1;
  nodes[1].cover = 1;
  nodes[2].value = 2;
  nodes[2].cover = 1;
  return nodes;
}

TreeEnsemble OneFeature() {
  TreeEnsemble ensemble;
  ensemble.features = {"x"};
  ensemble.base = {0};
  return ensemble;
}

double MarginOf(const std::vector<RawTreeNode>& tree, double x) {
  TreeEnsemble ensemble = OneFeature();
  REQUIRE(AppendTree(tree, 0, ensemble).ok());
  double margin = 0;
  TreeMargins(ensemble.View(), &x, 1, &margin);
  return margin;
}

TEST_CASE("XGBoost's numbers are compared as float32, below the threshold goes left") {
  const auto tree = Stump(inference::kFloatLess | inference::kMissingLeft, 0.1F);
  CHECK(MarginOf(tree, 0.1) == 2);  // rounds to the threshold itself
  CHECK(MarginOf(tree, std::nextafter(0.1F, 0.0F)) == 1);
  CHECK(MarginOf(tree, kNaN) == 1);
  CHECK(MarginOf(Stump(inference::kFloatLess, 0), kNaN) == 2);
  CHECK(MarginOf(Stump(inference::kFloatLess, 0), -0.0) == 2);
}

TEST_CASE("LightGBM's numbers are compared as float64, the threshold itself goes left") {
  const auto tree = Stump(inference::kDoubleLessOrEqual, 0.1);
  CHECK(MarginOf(tree, 0.1) == 1);
  CHECK(MarginOf(tree, std::nextafter(0.1, 1.0)) == 2);
}

TEST_CASE("each kind of missing value takes the side that was learned for it") {
  const std::int32_t left = inference::kDoubleLessOrEqual | inference::kMissingLeft;
  const std::int32_t right = inference::kDoubleLessOrEqual;
  // Only NaN is missing.
  CHECK(MarginOf(Stump(left, -1), kNaN) == 1);
  CHECK(MarginOf(Stump(right, 1), kNaN) == 2);
  CHECK(MarginOf(Stump(left, -1), 0) == 2);
  // NaN counts as 0, which is not missing.
  CHECK(MarginOf(Stump(left | inference::kNaNIsZero, -1), kNaN) == 2);
  // 0 is missing, and so is NaN.
  const std::int32_t zero = inference::kNaNIsZero | inference::kZeroIsMissing;
  CHECK(MarginOf(Stump(left | zero, -1), 1e-36) == 1);
  CHECK(MarginOf(Stump(left | zero, -1), kNaN) == 1);
  CHECK(MarginOf(Stump(left | zero, -1), 1e-34) == 2);
}

TEST_CASE("categories: listed ones go right in XGBoost and left in LightGBM") {
  std::vector<std::uint32_t> set;
  AddCategory(3, set);
  AddCategory(40, set);
  const auto xgboost = Stump(inference::kCategoryNotListed | inference::kMissingLeft, kNaN, set);
  const auto lightgbm = Stump(inference::kCategoryListed, 0, set);
  for (const double listed : {3.0, 40.0}) {
    CHECK(MarginOf(xgboost, listed) == 2);
    CHECK(MarginOf(lightgbm, listed) == 1);
  }
  for (const double other : {0.0, 41.0, 64.0, 1e300, -1.0}) {
    CHECK(MarginOf(xgboost, other) == 1);
    CHECK(MarginOf(lightgbm, other) == 2);
  }
  CHECK(MarginOf(lightgbm, 3.9) == 1);
  CHECK(MarginOf(lightgbm, kNaN) == 2);
}

TEST_CASE("trees add to the margin of their group, from its base") {
  TreeEnsemble ensemble = OneFeature();
  ensemble.base = {10, 20};
  REQUIRE(AppendTree(Stump(inference::kDoubleLessOrEqual, 0), 0, ensemble).ok());
  REQUIRE(AppendTree(Stump(inference::kDoubleLessOrEqual, 0), 1, ensemble).ok());
  REQUIRE(AppendTree(Stump(inference::kDoubleLessOrEqual, 5), 1, ensemble).ok());
  const std::vector<double> rows = {-1, 3};
  std::vector<double> margins(4);
  TreeMargins(ensemble.View(), rows.data(), 2, margins.data());
  CHECK(margins == std::vector<double>{11, 22, 12, 23});
}

TEST_CASE("a tree that is none is refused") {
  auto nodes = Stump(inference::kDoubleLessOrEqual, 0);
  const std::string what = GENERATE_COPY(as<std::string>(), "cycle", "shared child", "child",
                                         "feature", "threshold", "leaf", "cover", "deep", "empty");
  if (what == "cycle") nodes[0].right = 0;
  if (what == "shared child") nodes[0].right = 1;
  if (what == "child") nodes[0].left = 7;
  if (what == "feature") nodes[0].feature = 1;
  if (what == "threshold") nodes[0].threshold = kNaN;
  if (what == "leaf") nodes[1].value = std::numeric_limits<double>::infinity();
  if (what == "cover") nodes[2].cover = kNaN;
  if (what == "empty") nodes.clear();
  if (what == "deep") {
    nodes.assign(20'001, {});
    for (std::int64_t i = 0; i < 10'000; ++i) {
      nodes[2 * i].left = 2 * i + 1;
      nodes[2 * i].right = 2 * i + 2;
    }
  }
  TreeEnsemble ensemble = OneFeature();
  INFO(what);
  CHECK(absl::IsInvalidArgument(AppendTree(nodes, 0, ensemble)));
}

TEST_CASE("arrays that no reader made end in NaN, not out of bounds") {
  TreeEnsemble ensemble = OneFeature();
  REQUIRE(AppendTree(Stump(inference::kDoubleLessOrEqual, 0), 0, ensemble).ok());
  const std::string what =
      GENERATE(as<std::string>(), "child", "loop", "feature", "root", "values");
  if (what == "child") ensemble.nodes[0].left = 1 << 30;
  if (what == "loop") ensemble.nodes[0].left = 0;
  if (what == "feature") ensemble.nodes[0].feature = 9;
  if (what == "root") ensemble.trees[0].root = -5;
  if (what == "values") ensemble.values.pop_back();
  const double x = -1;
  double margin = 0;
  TreeMargins(ensemble.View(), &x, 1, &margin);
  CHECK(std::isnan(margin));
  std::vector<double> contributions(2);
  inference::TreeContributions(ensemble.View(), &x, 1, contributions.data());
  CHECK(std::isnan(contributions[1]));
}

}  // namespace
}  // namespace clientele::modeling
