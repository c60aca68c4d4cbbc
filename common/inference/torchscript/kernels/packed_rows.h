#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_ROWS_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_ROWS_H_

#include <cstdint>

#include "absl/functional/function_ref.h"

#include "common/inference/torchscript/kernels/packed_linear.h"

namespace clientele::inference {

// Outputs of one block: a cache line's worth of vectors.
inline constexpr std::int64_t kPackedOutputs = 64;
// Of one product: their sums stay in the nearest cache beside a piece of the weights.
inline constexpr std::int64_t kMostPackedRows = 64;

// Weights [inputs, outputs] in blocks of kPackedOutputs outputs and `depth` inputs: element
// (k, n) of block (K, N) lies at K * input_stride + N * output_stride + k * 64 + n, with zeros
// beyond the last output.
struct PackedBlocks {
  const float* data = nullptr;
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t depth = 0;
  std::int64_t input_stride = 0;
  std::int64_t output_stride = 0;
};

// Writes `weight`, row-major [outputs, inputs], to `to`, which lies as `blocks` says (but for its
// data), one block of outputs after another. After each, `on_read` is called with the number of
// outputs, from the first on, have been read for the last time.
void PackRows(const PackedBlocks& blocks, const float* weight, float* to,
              absl::FunctionRef<void(std::int64_t outputs)> on_read);

// y[r][n] = activation(sum over k of x[r][k] weights(k, n) + bias[n]), for 1 to kMostPackedRows
// rows: the weights come from memory once, in order, as fast as it gives them, and all rows use a
// piece of them while the next is fetched. Null `bias` is zeros. Thread-safe; uses the threads
// that OpenMP was set to.
void MultiplyRows(const PackedBlocks& weights, const float* bias, Activation activation,
                  const float* x, std::int64_t rows, float* y);

// to[k] = weights(k, output) for every input k.
void ReadColumn(const PackedBlocks& weights, std::int64_t output, float* to);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_ROWS_H_
