#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_TREE_ENSEMBLE_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_TREE_ENSEMBLE_H_

// Boosted trees: the margins of rows, and how much each feature moved them.
//
//   TreeEnsembleView trees = ...;          // borrowed arrays
//   std::vector<double> margins(rows * trees.groups());
//   TreeMargins(trees, features, rows, margins.data());
//
// An ensemble's arrays may come from anywhere: an index out of range, or a node whose child is not
// behind it, ends the row's walk at that node with NaN; nothing is read out of bounds and nothing
// loops. Pure, thread-safe; one thread each. No torch here.

#include <cstdint>

#include "absl/types/span.h"

namespace clientele::inference {

// One node: a split, or a leaf.
struct TreeNode {
  static constexpr std::int32_t kLeaf = -1;

  std::int32_t feature = kLeaf;
  // Nodes of the ensemble; behind this one.
  std::int32_t left = 0;
  std::int32_t right = 0;
  // How the split decides: bits below.
  std::int32_t rule = 0;
  // The split's set of categories: words [begin, end) of 32 categories each.
  std::int32_t categories_begin = 0;
  std::int32_t categories_end = 0;
};

// What stands in TreeNode::rule.
enum TreeRule : std::int32_t {
  // The low two bits: which rows go left.
  kFloatLess = 0,          // x < threshold, both as float32 (XGBoost)
  kDoubleLessOrEqual = 1,  // x <= threshold (LightGBM)
  kCategoryNotListed = 2,  // not in the set; what is no category too (XGBoost)
  kCategoryListed = 3,     // in the set (LightGBM)
  kDecisionMask = 3,
  // Missing values go left; right without it.
  kMissingLeft = 4,
  // NaN counts as 0 instead of being missing.
  kNaNIsZero = 8,
  // 0, to 1e-35, is missing.
  kZeroIsMissing = 16,
};

struct Tree {
  std::int32_t root = 0;
  // Which margin it adds to.
  std::int32_t group = 0;
};

struct TreeEnsembleView {
  absl::Span<const TreeNode> nodes;
  // Of each node: a split's threshold or a leaf's value; then the weight of the training rows that
  // reached it.
  absl::Span<const double> values;
  absl::Span<const std::uint32_t> categories;
  absl::Span<const Tree> trees;
  // The margin of each group before the trees.
  absl::Span<const double> base;
  std::int64_t features = 0;

  std::int64_t groups() const { return static_cast<std::int64_t>(base.size()); }
};

// `rows` is [count, features], NaN where a value is missing. Writes [count, groups].
void TreeMargins(const TreeEnsembleView& ensemble, const double* rows, std::int64_t count,
                 double* margins);

// Exact SHAP values that depend on the path (Lundberg, Erion and Lee 2018, algorithm 2), in the
// space of the margins: writes [count, groups, features + 1], the expected margin last. A group's
// values sum to its margin.
void TreeContributions(const TreeEnsembleView& ensemble, const double* rows, std::int64_t count,
                       double* contributions);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_TREE_ENSEMBLE_H_
