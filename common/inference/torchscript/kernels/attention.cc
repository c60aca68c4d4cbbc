#include "common/inference/torchscript/kernels/attention.h"

#include <algorithm>
#include <vector>

#include <cblas.h>

#include "common/cpu/clones.h"
#include "common/inference/torchscript/kernels/vector_math.h"

namespace clientele::inference {
namespace {

// Queries of one block: its scores stay in the nearest caches.
constexpr std::int64_t kQueryBlock = 64;

// A weight below e^-70 of the largest does not count in float32 and is set to 0: smaller ones come
// near subnormal numbers, with which some processors compute a hundred times as slowly.
constexpr float kLeastExponent = -70.0f;

// row = softmax(row * scale + bias), in place.
CLIENTELE_CPU_FLAT_CLONES void SoftmaxRow(float* row, std::int64_t length, float scale,
                                          const float* bias, std::int64_t bias_stride) {
  if (bias_stride == 0) {
    const float constant = *bias;
    for (std::int64_t i = 0; i < length; ++i) row[i] = row[i] * scale + constant;
  } else {
    for (std::int64_t i = 0; i < length; ++i) row[i] = row[i] * scale + bias[i];
  }
  const float largest = LargestOf(length, row[0], [row](std::int64_t i) { return row[i]; });
  float sum = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    const float exponent = row[i] - largest;
    row[i] = exponent < kLeastExponent ? 0.0f : FastExp(exponent);
    sum += row[i];
  }
  const float inverse = 1.0f / sum;
  for (std::int64_t i = 0; i < length; ++i) row[i] *= inverse;
}

// Where one head of one row begins.
struct Head {
  const float* q;
  const float* k;
  const float* v;
  const float* bias;
  float* out;
};

constexpr std::int64_t kCacheLine = 64 / sizeof(float);

inline void Fetch(const float* from, std::int64_t width) {
  for (std::int64_t d = 0; d < width; d += kCacheLine) __builtin_prefetch(from + d, 0, 2);
}

// One query reads each key and value once, where a matrix product of one row would copy them
// first. The next head's are fetched meanwhile: a head is too short for the processor to see the
// pattern. `kWidth` is the width where it is known, so that the sums stay in registers; 0: any.
template <std::int64_t kWidth>
inline void ScoreKeys(const float* q, const float* k, std::int64_t stride, std::int64_t ahead,
                      std::int64_t keys, std::int64_t width, float* scores) {
  if constexpr (kWidth > 0) width = kWidth;
  for (std::int64_t i = 0; i < keys; ++i) {
    const float* key = k + i * stride;
    Fetch(key + ahead, width);
    float sum = 0;
    for (std::int64_t d = 0; d < width; ++d) sum += q[d] * key[d];
    scores[i] = sum;
  }
}

template <std::int64_t kWidth>
inline void MixValues(const float* weights, const float* v, std::int64_t stride, std::int64_t ahead,
                      std::int64_t keys, std::int64_t width, float* out) {
  if constexpr (kWidth > 0) width = kWidth;
  float kept[kWidth > 0 ? kWidth : 1];
  float* sums = kWidth > 0 ? kept : out;
  for (std::int64_t d = 0; d < width; ++d) sums[d] = 0;
  for (std::int64_t i = 0; i < keys; ++i) {
    const float* value = v + i * stride;
    Fetch(value + ahead, width);
    const float weight = weights[i];
    for (std::int64_t d = 0; d < width; ++d) sums[d] += weight * value[d];
  }
  if constexpr (kWidth > 0) std::copy_n(sums, width, out);
}

template <std::int64_t kWidth>
inline void AttendQuery(const AttentionInputs& in, const Head& head, float* scores) {
  ScoreKeys<kWidth>(head.q, head.k, in.k_strides.position, in.k_strides.head, in.keys, in.width,
                    scores);
  SoftmaxRow(scores, in.keys, in.scale, head.bias, in.bias_strides.key);
  MixValues<kWidth>(scores, head.v, in.v_strides.position, in.v_strides.head, in.keys, in.width,
                    head.out);
}

CLIENTELE_CPU_FLAT_CLONES void AttendQuery(const AttentionInputs& in, const Head& head,
                                           float* scores) {
  switch (in.width) {
    case 32:
      return AttendQuery<32>(in, head, scores);
    case 64:
      return AttendQuery<64>(in, head, scores);
    case 128:
      return AttendQuery<128>(in, head, scores);
    default:
      return AttendQuery<0>(in, head, scores);
  }
}

void AttendHead(const AttentionInputs& in, const Head& head, float* scores,
                const HeadStrides& out_strides) {
  if (in.queries == 1) return AttendQuery(in, head, scores);
  const auto keys = static_cast<int>(in.keys);
  const auto width = static_cast<int>(in.width);
  for (std::int64_t first = 0; first < in.queries; first += kQueryBlock) {
    const auto count = static_cast<int>(std::min(kQueryBlock, in.queries - first));
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, keys, width, 1.0f,
                head.q + first * in.q_strides.position, static_cast<int>(in.q_strides.position),
                head.k, static_cast<int>(in.k_strides.position), 0.0f, scores, keys);
    for (std::int64_t i = 0; i < count; ++i) {
      SoftmaxRow(scores + i * in.keys, in.keys, in.scale,
                 head.bias + (first + i) * in.bias_strides.query, in.bias_strides.key);
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count, width, keys, 1.0f, scores, keys,
                head.v, static_cast<int>(in.v_strides.position), 0.0f,
                head.out + first * out_strides.position, static_cast<int>(out_strides.position));
  }
}

}  // namespace

void Attend(const AttentionInputs& inputs, float* out, const HeadStrides& out_strides) {
  const std::int64_t count = inputs.rows * inputs.heads;
#pragma omp parallel if (count > 1)
  {
    std::vector<float> scores(
        static_cast<std::size_t>(std::min(kQueryBlock, inputs.queries) * inputs.keys));
#pragma omp for
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t row = i / inputs.heads;
      const std::int64_t head = i % inputs.heads;
      const auto at = [row, head](const auto* data, const auto& strides) {
        return data + row * strides.row + head * strides.head;
      };
      AttendHead(inputs,
                 {.q = at(inputs.q, inputs.q_strides),
                  .k = at(inputs.k, inputs.k_strides),
                  .v = at(inputs.v, inputs.v_strides),
                  .bias = at(inputs.bias, inputs.bias_strides),
                  .out = out + row * out_strides.row + head * out_strides.head},
                 scores.data(), out_strides);
    }
  }
}

}  // namespace clientele::inference
