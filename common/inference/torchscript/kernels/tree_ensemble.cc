#include "common/inference/torchscript/kernels/tree_ensemble.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "common/inference/torchscript/kernels/packed_trees.h"

namespace clientele::inference {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kZero = 1e-35;
// Splits on a path that contributions are computed for; what is read from files is shallower.
constexpr std::size_t kMaxPath = 512;
// XGBoost's largest category, exclusive.
constexpr double kMaxCategory = 1 << 24;

bool InSet(const TreeEnsembleView& ensemble, const TreeNode& node, double category) {
  const auto word = node.categories_begin + static_cast<std::int64_t>(category) / 32;
  if (word < 0 || word >= node.categories_end ||
      word >= static_cast<std::int64_t>(ensemble.categories.size())) {
    return false;
  }
  return ensemble.categories[word] >> (static_cast<std::int64_t>(category) % 32) & 1;
}

bool GoesLeft(const TreeEnsembleView& ensemble, const TreeNode& node, double threshold,
              double value) {
  if (std::isnan(value) && (node.rule & kNaNIsZero) != 0) value = 0;
  const bool zero_missing = (node.rule & kZeroIsMissing) != 0 && std::abs(value) <= kZero;
  const bool missing = std::isnan(value) || zero_missing;
  switch (node.rule & kDecisionMask) {
    case kFloatLess:
      if (missing) return (node.rule & kMissingLeft) != 0;
      return static_cast<float>(value) < static_cast<float>(threshold);
    case kDoubleLessOrEqual:
      if (missing) return (node.rule & kMissingLeft) != 0;
      return value <= threshold;
    case kCategoryNotListed:
      if (missing) return (node.rule & kMissingLeft) != 0;
      return value < 0 || value >= kMaxCategory || !InSet(ensemble, node, value);
    default: {
      // Truncated towards 0, so that -0.5 is category 0.
      const double category = std::trunc(value);
      return category >= 0 && category < kMaxCategory && InSet(ensemble, node, category);
    }
  }
}

bool IsNode(const TreeEnsembleView& ensemble, std::int64_t node) {
  return node >= 0 && node < static_cast<std::int64_t>(ensemble.nodes.size());
}

// The child that the row goes to, or -1 where the arrays are wrong.
std::int64_t Child(const TreeEnsembleView& ensemble, std::int64_t at, const double* row) {
  const TreeNode& node = ensemble.nodes[at];
  if (node.feature < 0 || node.feature >= ensemble.features) return -1;
  const bool left = GoesLeft(ensemble, node, ensemble.values[2 * at], row[node.feature]);
  const std::int64_t child = left ? node.left : node.right;
  return child > at && IsNode(ensemble, child) ? child : -1;
}

double LeafOf(const TreeEnsembleView& ensemble, const Tree& tree, const double* row) {
  std::int64_t at = tree.root;
  if (!IsNode(ensemble, at)) return kNaN;
  while (ensemble.nodes[at].feature != TreeNode::kLeaf) {
    at = Child(ensemble, at, row);
    if (at < 0) return kNaN;
  }
  return ensemble.values[2 * at];
}

// A feature on the path: the shares of paths that get here with it absent and present, and the
// weights of subsets by size.
struct PathElement {
  std::int64_t feature = -1;
  double zero = 0;
  double one = 0;
  double weight = 0;
};

class TreeShap {
 public:
  // `phi` is [features + 1].
  TreeShap(const TreeEnsembleView& ensemble, const double* row, double* phi)
      : ensemble_(ensemble), row_(row), phi_(phi) {}

  void Add(const Tree& tree) {
    if (!IsNode(ensemble_, tree.root)) {
      phi_[ensemble_.features] = kNaN;
      return;
    }
    Walk(tree.root, {}, 1, 1, -1, 0);
  }

 private:
  using Path = std::vector<PathElement>;

  static void Extend(Path& path, double zero, double one, std::int64_t feature) {
    const std::size_t depth = path.size();
    path.push_back({feature, zero, one, depth == 0 ? 1.0 : 0.0});
    const double size = static_cast<double>(depth) + 1;
    for (std::size_t i = depth; i-- > 0;) {
      path[i + 1].weight += one * path[i].weight * static_cast<double>(i + 1) / size;
      path[i].weight = zero * path[i].weight * static_cast<double>(depth - i) / size;
    }
  }

  // Undoes Extend for the element at `index`.
  static void Unwind(Path& path, std::size_t index) {
    const std::size_t depth = path.size() - 1;
    const double one = path[index].one;
    const double zero = path[index].zero;
    double next = path[depth].weight;
    const double size = static_cast<double>(depth) + 1;
    for (std::size_t i = depth; i-- > 0;) {
      if (one != 0) {
        const double old = path[i].weight;
        path[i].weight = next * size / (static_cast<double>(i + 1) * one);
        next = old - path[i].weight * zero * static_cast<double>(depth - i) / size;
      } else {
        path[i].weight = path[i].weight * size / (zero * static_cast<double>(depth - i));
      }
    }
    for (std::size_t i = index; i < depth; ++i) {
      path[i].feature = path[i + 1].feature;
      path[i].zero = path[i + 1].zero;
      path[i].one = path[i + 1].one;
    }
    path.pop_back();
  }

  // The sum of the weights that Unwind would leave.
  static double UnwoundSum(const Path& path, std::size_t index) {
    const std::size_t depth = path.size() - 1;
    const double one = path[index].one;
    const double zero = path[index].zero;
    double next = path[depth].weight;
    double total = 0;
    const double size = static_cast<double>(depth) + 1;
    for (std::size_t i = depth; i-- > 0;) {
      if (one != 0) {
        const double weight = next * size / (static_cast<double>(i + 1) * one);
        total += weight;
        next = path[i].weight - weight * zero * static_cast<double>(depth - i) / size;
      } else if (zero != 0) {
        total += path[i].weight / zero / (static_cast<double>(depth - i) / size);
      }
    }
    return total;
  }

  void Walk(std::int64_t at, Path path, double zero, double one, std::int64_t feature,
            std::size_t depth) {
    Extend(path, zero, one, feature);
    const TreeNode& node = ensemble_.nodes[at];
    if (node.feature == TreeNode::kLeaf) {
      for (std::size_t i = 1; i < path.size(); ++i) {
        phi_[path[i].feature] +=
            UnwoundSum(path, i) * (path[i].one - path[i].zero) * ensemble_.values[2 * at];
      }
      return;
    }
    const std::int64_t hot = Child(ensemble_, at, row_);
    const std::int64_t cold = hot == node.left ? node.right : node.left;
    if (hot < 0 || cold <= at || !IsNode(ensemble_, cold) || depth > kMaxPath) {
      phi_[ensemble_.features] = kNaN;
      return;
    }
    double zero_before = 1;
    double one_before = 1;
    for (std::size_t i = 1; i < path.size(); ++i) {
      if (path[i].feature != node.feature) continue;
      zero_before = path[i].zero;
      one_before = path[i].one;
      Unwind(path, i);
      break;
    }
    const double cover = ensemble_.values[2 * at + 1];
    const auto share = [&](std::int64_t child) {
      return cover > 0 ? ensemble_.values[2 * child + 1] / cover : 0.5;
    };
    Walk(hot, path, zero_before * share(hot), one_before, node.feature, depth + 1);
    Walk(cold, std::move(path), zero_before * share(cold), 0, node.feature, depth + 1);
  }

  const TreeEnsembleView& ensemble_;
  const double* const row_;
  double* const phi_;
};

// The mean of a tree's leaves over the rows that it was trained on.
double ExpectedValue(const TreeEnsembleView& ensemble, std::int64_t at, std::size_t depth) {
  const TreeNode& node = ensemble.nodes[at];
  if (node.feature == TreeNode::kLeaf) return ensemble.values[2 * at];
  const double cover = ensemble.values[2 * at + 1];
  double sum = 0;
  for (const std::int64_t child : {std::int64_t{node.left}, std::int64_t{node.right}}) {
    if (child <= at || !IsNode(ensemble, child) || depth > kMaxPath) return kNaN;
    const double share = cover > 0 ? ensemble.values[2 * child + 1] / cover : 0.5;
    sum += share * ExpectedValue(ensemble, child, depth + 1);
  }
  return sum;
}

bool IsSound(const TreeEnsembleView& ensemble) {
  return ensemble.values.size() == 2 * ensemble.nodes.size();
}

bool HasGroup(const TreeEnsembleView& ensemble, const Tree& tree) {
  return tree.group >= 0 && tree.group < ensemble.groups();
}

}  // namespace

void TreeMargins(const TreeEnsembleView& ensemble, const double* rows, std::int64_t count,
                 double* margins) {
  const std::int64_t groups = ensemble.groups();
  for (std::int64_t row = 0; row < count; ++row) {
    std::copy(ensemble.base.begin(), ensemble.base.end(), margins + row * groups);
  }
  if (!IsSound(ensemble)) {
    std::fill_n(margins, count * groups, kNaN);
    return;
  }
  // Packing costs about as much as a few rows' walks.
  constexpr std::int64_t kPackedRows = 32;
  if (count >= kPackedRows) {
    if (const std::optional<PackedTrees> packed = PackedTrees::Pack(ensemble)) {
      packed->AddMargins(rows, count, margins);
      return;
    }
  }
  // A tree stays in the cache while all rows of a block walk it.
  constexpr std::int64_t kBlock = 64;
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t end = std::min(begin + kBlock, count);
    for (const Tree& tree : ensemble.trees) {
      if (!HasGroup(ensemble, tree)) continue;
      for (std::int64_t row = begin; row < end; ++row) {
        margins[row * groups + tree.group] +=
            LeafOf(ensemble, tree, rows + row * ensemble.features);
      }
    }
  }
}

void TreeContributions(const TreeEnsembleView& ensemble, const double* rows, std::int64_t count,
                       double* contributions) {
  const std::int64_t width = ensemble.features + 1;
  const std::int64_t groups = ensemble.groups();
  std::fill_n(contributions, count * groups * width, IsSound(ensemble) ? 0 : kNaN);
  if (!IsSound(ensemble)) return;
  std::vector<double> expected(ensemble.base.begin(), ensemble.base.end());
  for (const Tree& tree : ensemble.trees) {
    if (!HasGroup(ensemble, tree)) continue;
    expected[static_cast<std::size_t>(tree.group)] +=
        IsNode(ensemble, tree.root) ? ExpectedValue(ensemble, tree.root, 0) : kNaN;
  }
  for (std::int64_t row = 0; row < count; ++row) {
    for (std::int64_t group = 0; group < groups; ++group) {
      contributions[(row * groups + group) * width + ensemble.features] =
          expected[static_cast<std::size_t>(group)];
    }
    for (const Tree& tree : ensemble.trees) {
      if (!HasGroup(ensemble, tree)) continue;
      TreeShap(ensemble, rows + row * ensemble.features,
               contributions + (row * groups + tree.group) * width)
          .Add(tree);
    }
  }
}

}  // namespace clientele::inference
