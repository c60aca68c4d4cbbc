#include "common/inference/torchscript/kernels/packed_trees.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace clientele::inference {
namespace {

// Rows whose values stay in the cache while all trees are walked.
constexpr std::int64_t kBlockRows = 128;
// Rows that walk a tree side by side.
constexpr std::int64_t kLanes = 16;
// Beyond, most rows would wait at their leaf for the longest path.
constexpr std::int32_t kMaxPackedDepth = 12;

bool IsPlainSplit(const TreeEnsembleView& ensemble, std::size_t at) {
  const TreeNode& node = ensemble.nodes[at];
  return (node.rule & ~kMissingLeft) == kFloatLess && node.feature >= 0 &&
         node.feature < ensemble.features && node.left == static_cast<std::int64_t>(at) + 1 &&
         node.right > node.left && node.right < static_cast<std::int64_t>(ensemble.nodes.size());
}

}  // namespace

std::optional<PackedTrees> PackedTrees::Pack(const TreeEnsembleView& ensemble) {
  const std::size_t count = ensemble.nodes.size();
  if (ensemble.values.size() != 2 * count || ensemble.features < 1) return std::nullopt;
  PackedTrees packed(ensemble);
  packed.nodes_.resize(count);
  // Of the longest path below each node; children are behind their parents.
  std::vector<std::int32_t> heights(count);
  for (std::size_t at = count; at-- > 0;) {
    const TreeNode& node = ensemble.nodes[at];
    PackedNode& to = packed.nodes_[at];
    if (node.feature == TreeNode::kLeaf) {
      const auto leaf = static_cast<std::int32_t>(at);
      to = {-std::numeric_limits<float>::infinity(), 0, {leaf, leaf}};
      continue;
    }
    if (!IsPlainSplit(ensemble, at)) return std::nullopt;
    heights[at] = 1 + std::max(heights[at + 1], heights[static_cast<std::size_t>(node.right)]);
    to = {static_cast<float>(ensemble.values[2 * at]),
          2 * static_cast<std::uint32_t>(node.feature) + ((node.rule & kMissingLeft) != 0 ? 1 : 0),
          {node.right, node.left}};
  }
  packed.trees_.reserve(ensemble.trees.size());
  for (const Tree& tree : ensemble.trees) {
    if (tree.group < 0 || tree.group >= ensemble.groups()) continue;
    if (tree.root < 0 || tree.root >= static_cast<std::int64_t>(count)) return std::nullopt;
    const std::int32_t depth = heights[static_cast<std::size_t>(tree.root)];
    if (depth > kMaxPackedDepth) return std::nullopt;
    packed.trees_.push_back({tree.root, tree.group, depth});
  }
  return packed;
}

template <bool kHasMissing>
void PackedTrees::AddTrees(const float* block, std::int64_t count, double* margins) const {
  const PackedNode* const nodes = nodes_.data();
  const double* const values = ensemble_.values.data();
  const std::int64_t width = ensemble_.features;
  const std::int64_t groups = ensemble_.groups();
  for (const PackedTree& tree : trees_) {
    for (std::int64_t begin = 0; begin < count; begin += kLanes) {
      std::int64_t at[kLanes];
      std::fill_n(at, kLanes, tree.root);
      for (std::int32_t level = 0; level < tree.depth; ++level) {
        const float* lane_values = block + begin * width;
        for (std::int64_t lane = 0; lane < kLanes; ++lane, lane_values += width) {
          const PackedNode& node = nodes[at[lane]];
          const float value = lane_values[node.feature / 2];
          unsigned left = value < node.threshold ? 1 : 0;
          if constexpr (kHasMissing) {
            left |= static_cast<unsigned>(value != value) & node.feature;
          }
          at[lane] = node.children[left];
        }
      }
      const std::int64_t used = std::min(kLanes, count - begin);
      for (std::int64_t lane = 0; lane < used; ++lane) {
        margins[(begin + lane) * groups + tree.group] += values[2 * at[lane]];
      }
    }
  }
}

void PackedTrees::AddMargins(const double* rows, std::int64_t count, double* margins) const {
  const std::int64_t width = ensemble_.features;
  // Lanes beyond the last row walk on zeros.
  std::vector<float> block(static_cast<std::size_t>(kBlockRows * width));
  for (std::int64_t begin = 0; begin < count; begin += kBlockRows) {
    const std::int64_t size = std::min(kBlockRows, count - begin);
    const double* from = rows + begin * width;
    bool has_missing = false;
    for (std::int64_t i = 0; i < size * width; ++i) {
      has_missing |= std::isnan(from[i]);
      block[static_cast<std::size_t>(i)] = static_cast<float>(from[i]);
    }
    double* to = margins + begin * ensemble_.groups();
    if (has_missing) {
      AddTrees<true>(block.data(), size, to);
    } else {
      AddTrees<false>(block.data(), size, to);
    }
  }
}

}  // namespace clientele::inference
