#include "common/inference/torchscript/kernels/packed_rows.h"

#include <algorithm>
#include <cstddef>

#include "common/cpu/clones.h"
#include "common/inference/torchscript/kernels/row_quantization.h"
#include "common/inference/torchscript/kernels/vector_math.h"

namespace clientele::inference {
namespace {

constexpr int kLanes = 16;
constexpr int kVectors = kPackedOutputs / kLanes;
// Rows whose sums fit 32 vector registers beside the weights of one input.
constexpr int kTileRows = 6;
// Inputs of a piece of the weights, which all rows use while it is in the nearest cache: 24 KiB.
constexpr std::int64_t kPieceInputs = 96;
// Below it the threads' start costs more than they save; in weights.
constexpr std::int64_t kWorthThreads = 1 << 17;

// The compiler splits it where a processor's vectors are shorter.
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

// Inputs of one block of outputs, in blocks of `depth` that lie `stride` apart.
struct Piece {
  const float* weights;
  std::int64_t inputs;
  std::int64_t depth;
  std::int64_t stride;
  // Prefetched meanwhile: from here on, that many floats for each input.
  const float* next;
  std::int64_t next_step;
};

// sums[r][n] += sum over k of x[r][k] weights(k, n); x[r] begins r * x_stride from x. Of what comes
// next, kLines cache lines are fetched for each input.
template <int kRows, int kLines>
inline void MultiplyTile(const Piece& piece, const float* x, std::int64_t x_stride, float* sums) {
  Vector total[kRows][kVectors];
  for (int r = 0; r < kRows; ++r) {
    for (int i = 0; i < kVectors; ++i) {
      total[r][i] =
          *reinterpret_cast<const Vector*>(sums + r * kPackedOutputs + std::ptrdiff_t{i} * kLanes);
    }
  }
  const float* next = piece.next;
  for (std::int64_t first = 0; first < piece.inputs; first += piece.depth) {
    const std::int64_t count =
        piece.inputs - first < piece.depth ? piece.inputs - first : piece.depth;
    const float* row = piece.weights + first / piece.depth * piece.stride;
    for (std::int64_t k = 0; k < count; ++k, row += kPackedOutputs, next += piece.next_step) {
      for (int line = 0; line < kLines; ++line) {
        __builtin_prefetch(next + std::ptrdiff_t{line} * kLanes, 0, 2);
      }
      for (int i = 0; i < kVectors; ++i) {
        const Vector w = *reinterpret_cast<const Vector*>(row + std::ptrdiff_t{i} * kLanes);
        for (int r = 0; r < kRows; ++r) total[r][i] += x[r * x_stride + first + k] * w;
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

template <int kLines>
inline void MultiplyTile(std::int64_t rows, const Piece& piece, const float* x,
                         std::int64_t x_stride, float* sums) {
  switch (rows) {
    case 1:
      return MultiplyTile<1, kLines>(piece, x, x_stride, sums);
    case 2:
      return MultiplyTile<2, kLines>(piece, x, x_stride, sums);
    case 3:
      return MultiplyTile<3, kLines>(piece, x, x_stride, sums);
    case 4:
      return MultiplyTile<4, kLines>(piece, x, x_stride, sums);
    case 5:
      return MultiplyTile<5, kLines>(piece, x, x_stride, sums);
    default:
      return MultiplyTile<kTileRows, kLines>(piece, x, x_stride, sums);
  }
}

// All tiles of rows, each of which fetches its share of the piece behind this one, so that memory
// and arithmetic work at the same time.
CLIENTELE_CPU_FLAT_CLONES void MultiplyPiece(Piece piece, const float* x, std::int64_t x_stride,
                                             std::int64_t rows, float* sums) {
  const std::int64_t tiles = (rows + kTileRows - 1) / kTileRows;
  // In whole cache lines; the last tile may fetch a little of the piece after.
  const std::int64_t lines = tiles >= kVectors ? 1 : (kVectors + tiles - 1) / tiles;
  piece.next_step = lines * kLanes;
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    // As even as they can be.
    const std::int64_t first = rows * tile / tiles;
    const std::int64_t count = rows * (tile + 1) / tiles - first;
    const float* from = x + first * x_stride;
    float* to = sums + first * kPackedOutputs;
    if (tile >= kVectors) {
      MultiplyTile<0>(count, piece, from, x_stride, to);
    } else if (lines == 1) {
      MultiplyTile<1>(count, piece, from, x_stride, to);
    } else if (lines == 2) {
      MultiplyTile<2>(count, piece, from, x_stride, to);
    } else {
      MultiplyTile<kVectors>(count, piece, from, x_stride, to);
    }
    piece.next += piece.inputs * piece.next_step;
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
  const std::int64_t inputs = std::max(weights.depth, kPieceInputs / weights.depth * weights.depth);
#pragma omp parallel for if (rows * weights.inputs * weights.outputs >= kWorthThreads)
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t begin = block * kPackedOutputs;
    const std::int64_t width = std::min(kPackedOutputs, weights.outputs - begin);
    float sums[kMostPackedRows * kPackedOutputs];
    std::fill_n(sums, rows * kPackedOutputs, 0.0f);
    for (std::int64_t k = 0; k < weights.inputs; k += inputs) {
      const float* from =
          weights.data + block * weights.output_stride + k / weights.depth * weights.input_stride;
      MultiplyPiece({.weights = from,
                     .inputs = std::min(inputs, weights.inputs - k),
                     .depth = weights.depth,
                     .stride = weights.input_stride,
                     .next = from + inputs / weights.depth * weights.input_stride,
                     .next_step = 0},
                    x + k, weights.inputs, rows, sums);
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      float* row = sums + r * kPackedOutputs;
      FinishRow(row, width, 1, nullptr, bias == nullptr ? nullptr : bias + begin, activation);
      std::copy_n(row, width, y + r * weights.outputs + begin);
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
