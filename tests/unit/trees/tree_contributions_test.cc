// SHAP values against their definition: the mean over all orders in which features become known.

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/modeling/trees/tree_ensemble.h"

namespace clientele::modeling {
namespace {

constexpr int kFeatures = 4;

// A random tree over few features, so that paths meet a feature again.
std::vector<RawTreeNode> RandomTree(std::mt19937& random, int depth) {
  std::vector<RawTreeNode> nodes;
  std::uniform_real_distribution<double> number(-1, 1);
  const auto grow = [&](const auto& self, int left_depth, double cover) -> std::int64_t {
    const auto at = static_cast<std::int64_t>(nodes.size());
    nodes.emplace_back();
    nodes[at].cover = cover;
    if (left_depth == 0 || (left_depth < depth && number(random) < -0.7)) {
      nodes[at].value = number(random);
      return at;
    }
    const double share = (number(random) + 1.2) / 2.4;
    const std::int64_t left = self(self, left_depth - 1, cover * share);
    const std::int64_t right = self(self, left_depth - 1, cover * (1 - share));
    RawTreeNode& node = nodes[at];
    node.left = left;
    node.right = right;
    node.feature = static_cast<std::int64_t>(random() % kFeatures);
    node.threshold = number(random);
    node.rule = inference::kDoubleLessOrEqual | (random() % 2 ? inference::kMissingLeft : 0);
    return at;
  };
  grow(grow, depth, 100);
  return nodes;
}

// The tree's value when the features of `known` alone are known: others take both ways, weighted.
double Conditional(const std::vector<RawTreeNode>& nodes, std::int64_t at,
                   const std::vector<double>& row, unsigned known) {
  const RawTreeNode& node = nodes[static_cast<std::size_t>(at)];
  if (node.left == RawTreeNode::kNone) return node.value;
  const double x = row[static_cast<std::size_t>(node.feature)];
  if ((known >> node.feature & 1) != 0) {
    const bool left =
        std::isnan(x) ? (node.rule & inference::kMissingLeft) != 0 : x <= node.threshold;
    return Conditional(nodes, left ? node.left : node.right, row, known);
  }
  const auto weighted = [&](std::int64_t child) {
    return nodes[static_cast<std::size_t>(child)].cover / node.cover *
           Conditional(nodes, child, row, known);
  };
  return weighted(node.left) + weighted(node.right);
}

double Factorial(int n) { return n <= 1 ? 1 : n * Factorial(n - 1); }

double ShapleyValue(const std::vector<RawTreeNode>& nodes, const std::vector<double>& row,
                    int feature) {
  double sum = 0;
  for (unsigned known = 0; known < 1U << kFeatures; ++known) {
    if ((known >> feature & 1) != 0) continue;
    const int size = __builtin_popcount(known);
    const double weight = Factorial(size) * Factorial(kFeatures - size - 1) / Factorial(kFeatures);
    sum += weight *
           (Conditional(nodes, 0, row, known | 1U << feature) - Conditional(nodes, 0, row, known));
  }
  return sum;
}

TEST_CASE("contributions are the Shapley values of the tree's conditional expectation") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> number(-1, 1);
  for (int round = 0; round < 200; ++round) {
    const std::vector<RawTreeNode> nodes = RandomTree(random, 1 + round % 6);
    TreeEnsemble ensemble;
    ensemble.features.resize(kFeatures);
    ensemble.base = {0.25};
    REQUIRE(AppendTree(nodes, 0, ensemble).ok());
    std::vector<double> row(kFeatures);
    for (double& x : row) x = number(random) < -0.8 ? std::nan("") : number(random);
    std::vector<double> contributions(kFeatures + 1);
    inference::TreeContributions(ensemble.View(), row.data(), 1, contributions.data());
    double margin = 0;
    inference::TreeMargins(ensemble.View(), row.data(), 1, &margin);
    double sum = contributions[kFeatures];
    for (int feature = 0; feature < kFeatures; ++feature) {
      INFO("round " << round << ", feature " << feature);
      CHECK(std::abs(contributions[feature] - ShapleyValue(nodes, row, feature)) < 1e-9);
      sum += contributions[feature];
    }
    CHECK(std::abs(contributions[kFeatures] - 0.25 - Conditional(nodes, 0, row, 0)) < 1e-9);
    CHECK(std::abs(sum - margin) < 1e-9);
  }
}

}  // namespace
}  // namespace clientele::modeling
