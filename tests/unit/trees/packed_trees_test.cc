#include "common/inference/torchscript/kernels/packed_trees.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::inference {
namespace {

// Random trees in preorder, of uneven depth, over 5 features and 2 groups.
struct Forest {
  std::vector<TreeNode> nodes;
  std::vector<double> values;
  std::vector<Tree> trees;
  std::vector<double> base = {0.25, -3};

  explicit Forest(int count) {
    for (int t = 0; t < count; ++t) {
      trees.push_back({static_cast<std::int32_t>(nodes.size()), t % 2});
      Grow(0);
    }
  }

  std::int32_t Grow(int depth) {
    const auto at = static_cast<std::int32_t>(nodes.size());
    nodes.push_back({});
    values.insert(values.end(), {normal(random), 1});
    if (depth == 7 || (depth > 0 && random() % 4 == 0)) return at;
    TreeNode split;
    split.feature = static_cast<std::int32_t>(random() % 5);
    split.rule = random() % 2 == 0 ? kMissingLeft : kFloatLess;
    split.left = Grow(depth + 1);
    split.right = Grow(depth + 1);
    nodes[static_cast<std::size_t>(at)] = split;
    return at;
  }

  TreeEnsembleView View() const {
    return {.nodes = nodes,
            .values = values,
            .categories = {},
            .trees = trees,
            .base = base,
            .features = 5};
  }

  std::mt19937 random{9};
  std::normal_distribution<double> normal;
};

TEST_CASE("many rows at once get the bits that each gets alone") {
  const Forest forest(30);
  REQUIRE(PackedTrees::Pack(forest.View()).has_value());
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (const std::int64_t count : {32, 127, 128, 129, 301}) {
    std::vector<double> rows;
    for (std::int64_t i = 0; i < 5 * count; ++i) {
      // Half of the blocks have no gap at all.
      const bool gap = i / 5 >= 150 && random() % 6 == 0;
      rows.push_back(gap ? std::nan("") : normal(random));
    }
    rows[7] = std::numeric_limits<double>::infinity();
    rows[8] = -std::numeric_limits<double>::infinity();
    // A threshold itself: float32 rounding decides.
    rows[9] = forest.values[0];
    std::vector<double> together(static_cast<std::size_t>(2 * count));
    std::vector<double> alone(together.size());
    TreeMargins(forest.View(), rows.data(), count, together.data());
    for (std::int64_t row = 0; row < count; ++row) {
      TreeMargins(forest.View(), rows.data() + 5 * row, 1, alone.data() + 2 * row);
    }
    CHECK(together == alone);
  }
}

TEST_CASE("arrays that packing is not made for are left to the plain walk") {
  const auto packs = [](const Forest& forest) {
    return PackedTrees::Pack(forest.View()).has_value();
  };
  Forest forest(3);
  REQUIRE(packs(forest));
  const TreeNode good = forest.nodes[0];
  const auto with = [&](auto change) {
    forest.nodes[0] = good;
    change(forest.nodes[0]);
    return packs(forest);
  };
  CHECK_FALSE(with([](TreeNode& node) { node.feature = 5; }));
  CHECK_FALSE(with([](TreeNode& node) { node.feature = -2; }));
  CHECK_FALSE(with([](TreeNode& node) { node.left = 0; }));
  CHECK_FALSE(with([](TreeNode& node) { node.right = 0; }));
  CHECK_FALSE(with([](TreeNode& node) { node.right = 1 << 30; }));
  CHECK_FALSE(with([](TreeNode& node) { node.rule = kDoubleLessOrEqual; }));
  CHECK_FALSE(with([](TreeNode& node) { node.rule |= kNaNIsZero; }));
  forest.nodes[0] = good;
  forest.trees[0].root = -1;
  CHECK_FALSE(packs(forest));
  forest.trees[0].root = 0;
  forest.values.pop_back();
  CHECK_FALSE(packs(forest));
}

}  // namespace
}  // namespace clientele::inference
