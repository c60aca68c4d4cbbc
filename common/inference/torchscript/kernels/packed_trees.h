#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_TREES_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_TREES_H_

// The margins of many rows: the trees are packed once, then several rows walk a tree side by side.
//
//   if (const std::optional<PackedTrees> packed = PackedTrees::Pack(ensemble)) {
//     packed->AddMargins(rows, count, margins);
//   }
//
// A node is 16 bytes, a leaf leads to itself, and a step has no branch, so that the walks of a
// block wait for memory together. Gives the bits of the plain walk. Immutable, thread-safe; borrows
// the ensemble. No torch here.

#include <cstdint>
#include <optional>
#include <vector>

#include "common/inference/torchscript/kernels/tree_ensemble.h"

namespace clientele::inference {

class PackedTrees {
 public:
  // Nothing for an ensemble that it is not made for: other splits than kFloatLess without
  // kNaNIsZero and kZeroIsMissing, nodes that are not in preorder, deep trees, or wrong arrays.
  static std::optional<PackedTrees> Pack(const TreeEnsembleView& ensemble);

  // Adds each tree's leaf to the margin of its group; `rows` is [count, features], `margins`
  // [count, groups].
  void AddMargins(const double* rows, std::int64_t count, double* margins) const;

 private:
  struct PackedNode {
    float threshold = 0;
    // Times two, plus 1 where missing values go left.
    std::uint32_t feature = 0;
    std::int32_t children[2] = {0, 0};  // right, left: picked by the comparison without a branch
  };
  struct PackedTree {
    std::int32_t root = 0;
    std::int32_t group = 0;
    std::int32_t depth = 0;
  };

  explicit PackedTrees(const TreeEnsembleView& ensemble) : ensemble_(ensemble) {}
  template <bool kHasMissing>
  void AddTrees(const float* block, std::int64_t count, double* margins) const;

  TreeEnsembleView ensemble_;
  std::vector<PackedNode> nodes_;
  std::vector<PackedTree> trees_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_TREES_H_
