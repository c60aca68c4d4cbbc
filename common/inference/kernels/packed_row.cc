#include "common/inference/kernels/packed_row.h"

#include <algorithm>
#include <cstddef>

#include "common/inference/kernels/vector_math.h"

namespace clientele::inference {
namespace {

constexpr int kLanes = 16;
constexpr int kVectors = kPackedOutputs / kLanes;
// Below it the threads' start costs more than they save; in weights.
constexpr std::int64_t kWorthThreads = 1 << 17;

// The compiler splits it where a processor's vectors are shorter.
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

CLIENTELE_VECTORISED void MultiplyBlock(const PackedBlocks& weights, std::int64_t block,
                                        const float* x, float* sums) {
  Vector total[kVectors] = {};
  const float* column = weights.data + block * weights.output_stride;
  for (std::int64_t first = 0; first < weights.inputs; first += weights.depth) {
    const std::int64_t count =
        weights.inputs - first < weights.depth ? weights.inputs - first : weights.depth;
    const float* row = column + first / weights.depth * weights.input_stride;
    for (std::int64_t k = 0; k < count; ++k, row += kPackedOutputs) {
      for (int i = 0; i < kVectors; ++i) {
        total[i] +=
            x[first + k] * *reinterpret_cast<const Vector*>(row + std::ptrdiff_t{i} * kLanes);
      }
    }
  }
  for (int i = 0; i < kVectors; ++i)
    *reinterpret_cast<Vector*>(sums + std::ptrdiff_t{i} * kLanes) = total[i];
}

}  // namespace

void MultiplyRow(const PackedBlocks& weights, const float* x, float* y) {
  const std::int64_t blocks = (weights.outputs + kPackedOutputs - 1) / kPackedOutputs;
#pragma omp parallel for if (weights.inputs * weights.outputs >= kWorthThreads)
  for (std::int64_t block = 0; block < blocks; ++block) {
    float sums[kPackedOutputs];
    MultiplyBlock(weights, block, x, sums);
    const std::int64_t begin = block * kPackedOutputs;
    std::copy_n(sums, std::min(kPackedOutputs, weights.outputs - begin), y + begin);
  }
}

}  // namespace clientele::inference
