#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_LINEAR_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_LINEAR_H_

// A linear layer whose weights were brought into the processor's order once, at load.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto layer, PackedLinear::Pack({.weight = w, .bias = b,
//       .outputs = 1536, .inputs = 384, .activation = Activation::kGelu}, Precision::kInt8));
//   layer->Run(x, rows, y);   // y = activation(x W^T + b)
//
// Why: at 32 rows OpenBLAS spends a third of its time on reordering the weights, at each call.
// oneDNN's matrix products take them reordered, apply bias and activation on the way out, and
// have 8-bit and bfloat16 forms.
//
// Precisions:
//   kFloat32   as the plain layer, but for the order of summation.
//   kInt8      weights are rounded per output, activations per row: s = max|row| / 127. A row's
//              result depends on that row alone, whatever its neighbors are. (Dynamic
//              quantization with per-token scales, as in Yao et al. 2022, section 4.)
//   kBfloat16  weights and inputs rounded to 8 bits of mantissa, sums in float32.
//
// Immutable and thread-safe. No torch here.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"

#include "common/inference/bundle/precision.h"

namespace clientele::inference {

enum class Activation { kNone, kGelu, kGeluTanh, kRelu, kSilu };

struct LinearWeights {
  // [outputs, inputs], row-major; copied. Not null.
  const float* weight = nullptr;
  // [outputs], copied; null for none.
  const float* bias = nullptr;
  std::int64_t outputs = 0;
  std::int64_t inputs = 0;
  Activation activation = Activation::kNone;
  // Told, while a layer that CanRead() is packed, how many outputs, from the first on, have been
  // read for the last time: their memory may go at once. May be empty.
  std::function<void(std::int64_t outputs)> on_read = {};
};

class PackedLinear {
 public:
  // Whether this processor has instructions that make the precision worth its loss.
  static bool Supports(Precision precision);

  // INTERNAL when oneDNN cannot do it.
  static absl::StatusOr<std::shared_ptr<const PackedLinear>> Pack(const LinearWeights& weights,
                                                                  Precision precision);
  ~PackedLinear();
  PackedLinear(const PackedLinear&) = delete;
  PackedLinear& operator=(const PackedLinear&) = delete;

  // x: [rows, inputs], y: [rows, outputs], both row-major and apart. False when oneDNN failed;
  // y is then unspecified. Uses the threads that OpenMP was set to.
  bool Run(const float* x, std::int64_t rows, float* y) const;

  // Whether ReadOutput() may be called: in float32, where the order of the weights is known.
  bool CanRead() const;
  // The weights of one output as they were given, [inputs].
  void ReadOutput(std::int64_t output, float* weights) const;

  std::int64_t inputs() const;
  std::int64_t outputs() const;
  // Bytes of the packed weights.
  std::size_t bytes() const;

 private:
  struct Impl;
  explicit PackedLinear(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_PACKED_LINEAR_H_
