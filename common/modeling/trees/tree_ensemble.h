#ifndef CLIENTELE_COMMON_MODELING_TREES_TREE_ENSEMBLE_H_
#define CLIENTELE_COMMON_MODELING_TREES_TREE_ENSEMBLE_H_

// Boosted trees as any library writes them, in the layout that the kernel walks.
//
//   TreeEnsemble ensemble;
//   ensemble.features = {"age", "region"};
//   ensemble.base = {0};
//   CLIENTELE_RETURN_IF_ERROR(AppendTree(raw_tree, /*group=*/0, ensemble));
//   inference::TreeMargins(ensemble.View(), rows, count, margins);
//
// Plain values. No torch here.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/inference/torchscript/kernels/tree_ensemble.h"

namespace clientele::modeling {

// How margins become predictions.
enum class TreeLink {
  kIdentity,
  kSigmoid,        // 1 / (1 + exp(-scale m)), of each group
  kSoftmax,        // over the groups
  kArgmax,         // the group of the largest margin
  kExp,            // exp(m)
  kStep,           // 1 where m > 0, else 0
  kLogOnePlusExp,  // log(1 + exp(m))
  kSignedSquare,   // sign(m) m^2
};

struct TreeEnsemble {
  std::vector<std::string> features;
  std::vector<inference::TreeNode> nodes;
  std::vector<double> values;  // two for each node
  std::vector<std::uint32_t> categories;
  std::vector<inference::Tree> trees;
  std::vector<double> base;  // of each group
  TreeLink link = TreeLink::kIdentity;
  double link_scale = 1;
  std::string objective;  // as the library names it

  // Borrows this.
  inference::TreeEnsembleView View() const;
};

// A tree as a file has it: nodes in any order, the root first.
struct RawTreeNode {
  static constexpr std::int64_t kNone = -1;

  std::int64_t left = kNone;  // kNone: a leaf
  std::int64_t right = kNone;
  std::int64_t feature = 0;
  std::int32_t rule = 0;
  double threshold = 0;
  double value = 0;  // of a leaf
  double cover = 0;
  std::vector<std::uint32_t> categories;  // 32 in each word
};

// Bounds of what is read.
inline constexpr std::size_t kMaxTreeDepth = 256;
inline constexpr std::size_t kMaxTreeNodes = std::size_t{1} << 25;  // of an ensemble

// Adds a tree in preorder, without nodes that nothing leads to. INVALID_ARGUMENT, without a file's
// name, for a cycle, an index out of range, a number that is not finite, or a depth beyond
// kMaxTreeDepth; `ensemble` is not to be used then.
absl::Status AppendTree(const std::vector<RawTreeNode>& nodes, std::int32_t group,
                        TreeEnsemble& ensemble);

// Sets the bit of a category.
void AddCategory(std::uint32_t category, std::vector<std::uint32_t>& categories);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_TREES_TREE_ENSEMBLE_H_
