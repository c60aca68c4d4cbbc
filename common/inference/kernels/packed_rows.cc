#include "common/inference/kernels/packed_rows.h"

#include <algorithm>
#include <cstddef>

#include "common/inference/kernels/row_quantization.h"
#include "common/inference/kernels/vector_math.h"

namespace clientele::inference {
namespace {

constexpr int kLanes = 16;
constexpr int kVectors = kPackedOutputs / kLanes;
// Rows whose sums fit 32 vector registers beside the weights of one input.
constexpr int kTileRows = 6;
// A product of one or two rows waits for memory; this far ahead, in floats, it need not.
constexpr std::ptrdiff_t kFetchAhead = 4096;
// Below it the threads' start costs more than they save; in weights.
constexpr std::int64_t kWorthThreads = 1 << 17;

// The compiler splits it where a processor's vectors are shorter.
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

// sums[r][n] = sum over k of x[r][k] column(k, n), for one block of outputs.
template <int kRows>
inline void MultiplyTile(const PackedBlocks& weights, const float* column, const float* x,
                         float* sums) {
  Vector total[kRows][kVectors] = {};
  for (std::int64_t first = 0; first < weights.inputs; first += weights.depth) {
    const std::int64_t count =
        weights.inputs - first < weights.depth ? weights.inputs - first : weights.depth;
    const float* row = column + first / weights.depth * weights.input_stride;
    for (std::int64_t k = 0; k < count; ++k, row += kPackedOutputs) {
      for (int i = 0; i < kVectors; ++i) {
        const float* from = row + std::ptrdiff_t{i} * kLanes;
        if constexpr (kRows <= 2) __builtin_prefetch(from + kFetchAhead, 0, 2);
        const Vector w = *reinterpret_cast<const Vector*>(from);
        for (int r = 0; r < kRows; ++r) total[r][i] += x[r * weights.inputs + first + k] * w;
      }
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int i = 0; i < kVectors; ++i) {
      *reinterpret_cast<Vector*>(sums + r * kPackedOutputs + std::ptrdiff_t{i} * kLanes) =
          total[r][i];
    }
  }
}

CLIENTELE_VECTORISED void MultiplyTile(std::int64_t rows, const PackedBlocks& weights,
                                       const float* column, const float* x, float* sums) {
  switch (rows) {
    case 1:
      return MultiplyTile<1>(weights, column, x, sums);
    case 2:
      return MultiplyTile<2>(weights, column, x, sums);
    case 3:
      return MultiplyTile<3>(weights, column, x, sums);
    case 4:
      return MultiplyTile<4>(weights, column, x, sums);
    case 5:
      return MultiplyTile<5>(weights, column, x, sums);
    default:
      return MultiplyTile<kTileRows>(weights, column, x, sums);
  }
}

// One block of `depth` inputs by kPackedOutputs outputs, of which `inputs` by `outputs` are there.
// `weight` is its first one; outputs lie `stride` apart.
void PackBlock(const float* weight, std::int64_t stride, std::int64_t inputs, std::int64_t outputs,
               std::int64_t depth, float* to) {
  if (inputs < depth || outputs < kPackedOutputs) std::fill_n(to, depth * kPackedOutputs, 0.0f);
  for (std::int64_t n = 0; n < outputs; ++n) {
    for (std::int64_t k = 0; k < inputs; ++k) to[k * kPackedOutputs + n] = weight[n * stride + k];
  }
}

}  // namespace

void PackRows(const PackedBlocks& blocks, const float* weight, float* to,
              absl::FunctionRef<void(std::int64_t)> on_read) {
  for (std::int64_t n = 0; n < blocks.outputs; n += kPackedOutputs) {
    const std::int64_t outputs = std::min(kPackedOutputs, blocks.outputs - n);
    for (std::int64_t k = 0; k < blocks.inputs; k += blocks.depth) {
      PackBlock(
          weight + n * blocks.inputs + k, blocks.inputs, std::min(blocks.depth, blocks.inputs - k),
          outputs, blocks.depth,
          to + k / blocks.depth * blocks.input_stride + n / kPackedOutputs * blocks.output_stride);
    }
    on_read(n + outputs);
  }
}

void MultiplyRows(const PackedBlocks& weights, const float* bias, Activation activation,
                  const float* x, std::int64_t rows, float* y) {
  const std::int64_t blocks = (weights.outputs + kPackedOutputs - 1) / kPackedOutputs;
  // As even as they can be.
  const std::int64_t tiles = (rows + kTileRows - 1) / kTileRows;
#pragma omp parallel for if (rows * weights.inputs * weights.outputs >= kWorthThreads)
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t begin = block * kPackedOutputs;
    const std::int64_t width = std::min(kPackedOutputs, weights.outputs - begin);
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
      const std::int64_t first = rows * tile / tiles;
      const std::int64_t count = rows * (tile + 1) / tiles - first;
      float sums[kTileRows * kPackedOutputs];
      MultiplyTile(count, weights, weights.data + block * weights.output_stride,
                   x + first * weights.inputs, sums);
      for (std::int64_t r = 0; r < count; ++r) {
        float* row = sums + r * kPackedOutputs;
        FinishRow(row, width, 1, nullptr, bias == nullptr ? nullptr : bias + begin, activation);
        std::copy_n(row, width, y + (first + r) * weights.outputs + begin);
      }
    }
  }
}

void ReadColumn(const PackedBlocks& weights, std::int64_t output, float* to) {
  const float* column =
      weights.data + output / kPackedOutputs * weights.output_stride + output % kPackedOutputs;
  for (std::int64_t k = 0; k < weights.inputs; ++k) {
    to[k] = column[k / weights.depth * weights.input_stride + k % weights.depth * kPackedOutputs];
  }
}

}  // namespace clientele::inference
