#include "common/modeling/trees/tree_ensemble.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

namespace clientele::modeling {
namespace {

// A node to append, and where its parent's index to it stands.
struct Pending {
  std::int64_t raw = 0;
  std::size_t depth = 0;
  std::int32_t parent = -1;
  bool is_right = false;
};

absl::Status CheckNode(const RawTreeNode& node, std::int64_t at, std::size_t count,
                       const TreeEnsemble& ensemble) {
  const auto error = [at](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("node ", at, ": ", what));
  };
  if (!std::isfinite(node.cover) || node.cover < 0) {
    return error("the weight of its rows must be a finite number");
  }
  if (node.left == RawTreeNode::kNone && node.right == RawTreeNode::kNone) {
    return std::isfinite(node.value) ? absl::OkStatus()
                                     : error("a leaf's value must be a finite number");
  }
  const auto in_range = [count](std::int64_t child) {
    return child > 0 && child < static_cast<std::int64_t>(count);
  };
  if (!in_range(node.left) || !in_range(node.right)) return error("a child is out of range");
  if (node.feature < 0 || node.feature >= static_cast<std::int64_t>(ensemble.features.size())) {
    return error(absl::StrCat("feature ", node.feature, " is out of range"));
  }
  const bool by_category = (node.rule & inference::kDecisionMask) >= inference::kCategoryNotListed;
  if (!by_category && std::isnan(node.threshold)) return error("a threshold is not a number");
  return absl::OkStatus();
}

}  // namespace

inference::TreeEnsembleView TreeEnsemble::View() const {
  return {.nodes = nodes,
          .values = values,
          .categories = categories,
          .trees = trees,
          .base = base,
          .features = static_cast<std::int64_t>(features.size())};
}

absl::Status AppendTree(const std::vector<RawTreeNode>& nodes, std::int32_t group,
                        TreeEnsemble& ensemble) {
  if (nodes.empty()) return absl::InvalidArgumentError("a tree has no nodes");
  if (ensemble.nodes.size() + nodes.size() > kMaxTreeNodes) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxTreeNodes, " nodes"));
  }
  ensemble.trees.push_back({static_cast<std::int32_t>(ensemble.nodes.size()), group});
  std::vector<bool> seen(nodes.size());
  std::vector<Pending> pending = {{}};
  while (!pending.empty()) {
    const Pending next = pending.back();
    pending.pop_back();
    const RawTreeNode& raw = nodes[static_cast<std::size_t>(next.raw)];
    if (absl::Status status = CheckNode(raw, next.raw, nodes.size(), ensemble); !status.ok()) {
      return status;
    }
    if (seen[static_cast<std::size_t>(next.raw)]) {
      return absl::InvalidArgumentError(absl::StrCat("node ", next.raw, ": two nodes lead to it"));
    }
    seen[static_cast<std::size_t>(next.raw)] = true;
    if (next.depth > kMaxTreeDepth) {
      return absl::InvalidArgumentError(
          absl::StrCat("a tree is deeper than ", kMaxTreeDepth, " splits"));
    }
    const auto index = static_cast<std::int32_t>(ensemble.nodes.size());
    if (next.parent >= 0) {
      inference::TreeNode& parent = ensemble.nodes[static_cast<std::size_t>(next.parent)];
      (next.is_right ? parent.right : parent.left) = index;
    }
    inference::TreeNode node;
    const bool is_leaf = raw.left == RawTreeNode::kNone;
    if (!is_leaf) {
      node.feature = static_cast<std::int32_t>(raw.feature);
      node.rule = raw.rule;
      node.categories_begin = static_cast<std::int32_t>(ensemble.categories.size());
      ensemble.categories.insert(ensemble.categories.end(), raw.categories.begin(),
                                 raw.categories.end());
      node.categories_end = static_cast<std::int32_t>(ensemble.categories.size());
      pending.push_back({raw.right, next.depth + 1, index, true});
      pending.push_back({raw.left, next.depth + 1, index, false});
    }
    ensemble.nodes.push_back(node);
    ensemble.values.push_back(is_leaf ? raw.value : raw.threshold);
    ensemble.values.push_back(raw.cover);
  }
  return absl::OkStatus();
}

void AddCategory(std::uint32_t category, std::vector<std::uint32_t>& categories) {
  const std::size_t word = category / 32;
  if (categories.size() <= word) categories.resize(word + 1);
  categories[word] |= std::uint32_t{1} << (category % 32);
}

}  // namespace clientele::modeling
