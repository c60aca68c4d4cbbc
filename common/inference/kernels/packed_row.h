#ifndef CLIENTELE_COMMON_INFERENCE_KERNELS_PACKED_ROW_H_
#define CLIENTELE_COMMON_INFERENCE_KERNELS_PACKED_ROW_H_

#include <cstdint>

namespace clientele::inference {

// Outputs of one block: a cache line's worth of vectors.
inline constexpr std::int64_t kPackedOutputs = 64;

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

// y[n] = sum over k of x[k] weights(k, n), for one row: the weights are read once, in order, as
// fast as memory gives them. Thread-safe; uses the threads that OpenMP was set to.
void MultiplyRow(const PackedBlocks& weights, const float* x, float* y);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_KERNELS_PACKED_ROW_H_
