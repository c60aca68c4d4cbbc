#include "common/inference/torchscript/kernels/row_quantization.h"

#include <bit>

#include "common/cpu/clones.h"
#include "common/inference/torchscript/kernels/vector_math.h"

namespace clientele::inference {
namespace {

CLIENTELE_CPU_FLAT_CLONES float LargestMagnitude(const float* row, std::int64_t length) {
  return LargestOf(length, 0, [row](std::int64_t i) { return row[i] < 0 ? -row[i] : row[i]; });
}

CLIENTELE_CPU_FLAT_CLONES void Round(const float* row, std::int64_t length, float factor,
                                     std::int8_t* out) {
  for (std::int64_t i = 0; i < length; ++i) {
    out[i] = static_cast<std::int8_t>(static_cast<std::int32_t>(__builtin_rintf(row[i] * factor)));
  }
}

CLIENTELE_CPU_FLAT_CLONES void Scale(float* y, std::int64_t length, float scale,
                                     const float* scales, const float* bias) {
  if (scales == nullptr) {
    if (bias == nullptr) return;
    for (std::int64_t i = 0; i < length; ++i) y[i] += bias[i];
  } else if (bias == nullptr) {
    for (std::int64_t i = 0; i < length; ++i) y[i] *= scale * scales[i];
  } else {
    for (std::int64_t i = 0; i < length; ++i) y[i] = y[i] * (scale * scales[i]) + bias[i];
  }
}

CLIENTELE_CPU_FLAT_CLONES void Gelu(float* y, std::int64_t length) {
  for (std::int64_t i = 0; i < length; ++i) {
    y[i] = 0.5f * y[i] * (1.0f + FastErf(y[i] * 0.70710678118654752f));
  }
}

CLIENTELE_CPU_FLAT_CLONES void GeluTanh(float* y, std::int64_t length) {
  for (std::int64_t i = 0; i < length; ++i) {
    const float x = y[i];
    y[i] = 0.5f * x * (1.0f + FastTanh(0.79788456080286536f * (x + 0.044715f * x * x * x)));
  }
}

CLIENTELE_CPU_FLAT_CLONES void Relu(float* y, std::int64_t length) {
  for (std::int64_t i = 0; i < length; ++i) y[i] = y[i] > 0 ? y[i] : 0;
}

CLIENTELE_CPU_FLAT_CLONES void Silu(float* y, std::int64_t length) {
  for (std::int64_t i = 0; i < length; ++i) y[i] = y[i] / (1.0f + FastExp(-y[i]));
}

}  // namespace

float QuantizeRow(const float* row, std::int64_t length, float range, std::int8_t* out) {
  const float largest = LargestMagnitude(row, length);
  Round(row, length, largest > 0 ? range / largest : 0, out);
  return largest / range;
}

void FinishRow(float* y, std::int64_t length, float scale, const float* scales, const float* bias,
               Activation activation) {
  Scale(y, length, scale, scales, bias);
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kGelu:
      Gelu(y, length);
      break;
    case Activation::kGeluTanh:
      GeluTanh(y, length);
      break;
    case Activation::kRelu:
      Relu(y, length);
      break;
    case Activation::kSilu:
      Silu(y, length);
      break;
  }
}

void RoundToBfloat16(const float* x, std::int64_t length, std::uint16_t* out) {
  for (std::int64_t i = 0; i < length; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(x[i]);
    const bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
    const std::uint32_t rounded = bits + 0x7fffU + (bits >> 16 & 1U);
    out[i] = static_cast<std::uint16_t>(nan ? bits >> 16 | 0x40U : rounded >> 16);
  }
}

}  // namespace clientele::inference
