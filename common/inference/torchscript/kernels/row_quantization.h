#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_ROW_QUANTIZATION_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_ROW_QUANTIZATION_H_

// The loops around an 8-bit matrix product. Pure functions, thread-safe.

#include <cstdint>

#include "common/inference/torchscript/kernels/packed_linear.h"

namespace clientele::inference {

// Of all eight bits, and of seven.
inline constexpr float kWholeRange = 127;
inline constexpr float kHalfRange = 63;

// Rounds a row to [-range, range] with the scale max|row| / range, which it returns; a row of zeros
// has scale 0.
float QuantizeRow(const float* row, std::int64_t length, float range, std::int8_t* out);

// y[i] = activation(y[i] * scale * scales[i] + bias[i]); null `scales` are ones, null `bias`
// is zeros.
void FinishRow(float* y, std::int64_t length, float scale, const float* scales, const float* bias,
               Activation activation);

// Rounds to bfloat16, to nearest, ties to even; NaN stays NaN.
void RoundToBfloat16(const float* x, std::int64_t length, std::uint16_t* out);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_ROW_QUANTIZATION_H_
