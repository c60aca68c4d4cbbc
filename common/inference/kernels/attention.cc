#include "common/inference/kernels/attention.h"

#include <algorithm>
#include <vector>

#include <cblas.h>

#include "common/inference/kernels/vector_math.h"

namespace clientele::inference {
namespace {

// Queries of one block: its scores stay in the nearest caches.
constexpr std::int64_t kQueryBlock = 64;

// row = softmax(row * scale + bias), in place.
CLIENTELE_VECTORISED void SoftmaxRow(float* row, std::int64_t length, float scale,
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
    row[i] = FastExp(row[i] - largest);
    sum += row[i];
  }
  const float inverse = 1.0f / sum;
  for (std::int64_t i = 0; i < length; ++i) row[i] *= inverse;
}

// One query reads each key and value once, where a matrix product of one row would copy them
// first. `kWidth` is the width where it is known, so that the sums stay in registers; 0: any.
// What lies `ahead`, the next head's, is fetched meanwhile: a head is too short for the
// processor to see the pattern.

constexpr std::int64_t kCacheLine = 64 / sizeof(float);

inline void Fetch(const float* from, std::int64_t width) {
  for (std::int64_t d = 0; d < width; d += kCacheLine) __builtin_prefetch(from + d, 0, 2);
}

// scores[i] = q . k_i.
template <std::int64_t kWidth>
inline void ScoreKeys(const float* q, std::int64_t width, const float* k, std::int64_t stride,
                      std::int64_t ahead, std::int64_t keys, float* scores) {
  if (kWidth > 0) width = kWidth;
  for (std::int64_t i = 0; i < keys; ++i) {
    const float* key = k + i * stride;
    Fetch(key + ahead, width);
    float sum = 0;
    for (std::int64_t d = 0; d < width; ++d) sum += q[d] * key[d];
    scores[i] = sum;
  }
}

// out = sum of weights[i] v_i.
template <std::int64_t kWidth>
inline void MixValues(const float* weights, std::int64_t keys, const float* v, std::int64_t stride,
                      std::int64_t ahead, std::int64_t width, float* out) {
  if constexpr (kWidth > 0) {
    float sums[kWidth] = {};
    for (std::int64_t i = 0; i < keys; ++i) {
      const float* value = v + i * stride;
      Fetch(value + ahead, width);
      const float weight = weights[i];
      for (std::int64_t d = 0; d < kWidth; ++d) sums[d] += weight * value[d];
    }
    for (std::int64_t d = 0; d < kWidth; ++d) out[d] = sums[d];
  } else {
    for (std::int64_t d = 0; d < width; ++d) out[d] = 0;
    for (std::int64_t i = 0; i < keys; ++i) {
      const float* value = v + i * stride;
      Fetch(value + ahead, width);
      const float weight = weights[i];
      for (std::int64_t d = 0; d < width; ++d) out[d] += weight * value[d];
    }
  }
}

CLIENTELE_VECTORISED void ScoreKeys(const float* q, std::int64_t width, const float* k,
                                    std::int64_t stride, std::int64_t ahead, std::int64_t keys,
                                    float* scores) {
  switch (width) {
    case 32:
      return ScoreKeys<32>(q, width, k, stride, ahead, keys, scores);
    case 64:
      return ScoreKeys<64>(q, width, k, stride, ahead, keys, scores);
    case 128:
      return ScoreKeys<128>(q, width, k, stride, ahead, keys, scores);
    default:
      return ScoreKeys<0>(q, width, k, stride, ahead, keys, scores);
  }
}

CLIENTELE_VECTORISED void MixValues(const float* weights, std::int64_t keys, const float* v,
                                    std::int64_t stride, std::int64_t ahead, std::int64_t width,
                                    float* out) {
  switch (width) {
    case 32:
      return MixValues<32>(weights, keys, v, stride, ahead, width, out);
    case 64:
      return MixValues<64>(weights, keys, v, stride, ahead, width, out);
    case 128:
      return MixValues<128>(weights, keys, v, stride, ahead, width, out);
    default:
      return MixValues<0>(weights, keys, v, stride, ahead, width, out);
  }
}

void AttendHead(const AttentionInputs& in, std::int64_t row, std::int64_t head, float* scores,
                float* out, const HeadStrides& out_strides) {
  const float* q = in.q + row * in.q_strides.row + head * in.q_strides.head;
  const float* k = in.k + row * in.k_strides.row + head * in.k_strides.head;
  const float* v = in.v + row * in.v_strides.row + head * in.v_strides.head;
  const float* bias = in.bias + row * in.bias_strides.row + head * in.bias_strides.head;
  float* to = out + row * out_strides.row + head * out_strides.head;
  if (in.queries == 1) {
    ScoreKeys(q, in.width, k, in.k_strides.position, in.k_strides.head, in.keys, scores);
    SoftmaxRow(scores, in.keys, in.scale, bias, in.bias_strides.key);
    MixValues(scores, in.keys, v, in.v_strides.position, in.v_strides.head, in.width, to);
    return;
  }
  const auto keys = static_cast<int>(in.keys);
  const auto width = static_cast<int>(in.width);
  for (std::int64_t first = 0; first < in.queries; first += kQueryBlock) {
    const auto count = static_cast<int>(std::min(kQueryBlock, in.queries - first));
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, keys, width, 1.0f,
                q + first * in.q_strides.position, static_cast<int>(in.q_strides.position), k,
                static_cast<int>(in.k_strides.position), 0.0f, scores, keys);
    for (std::int64_t i = 0; i < count; ++i) {
      SoftmaxRow(scores + i * in.keys, in.keys, in.scale,
                 bias + (first + i) * in.bias_strides.query, in.bias_strides.key);
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count, width, keys, 1.0f, scores, keys,
                v, static_cast<int>(in.v_strides.position), 0.0f, to + first * out_strides.position,
                static_cast<int>(out_strides.position));
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
      AttendHead(inputs, i / inputs.heads, i % inputs.heads, scores.data(), out, out_strides);
    }
  }
}

}  // namespace clientele::inference
