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

// scores[i] = q . k_i. A matrix product of one row would copy the keys first.
CLIENTELE_VECTORISED void ScoreKeys(const float* q, std::int64_t width, const float* k,
                                    std::int64_t stride, std::int64_t keys, float* scores) {
  for (std::int64_t i = 0; i < keys; ++i) {
    const float* key = k + i * stride;
    float sum = 0;
    for (std::int64_t d = 0; d < width; ++d) sum += q[d] * key[d];
    scores[i] = sum;
  }
}

// out = sum of weights[i] v_i.
CLIENTELE_VECTORISED void MixValues(const float* weights, std::int64_t keys, const float* v,
                                    std::int64_t stride, std::int64_t width, float* out) {
  for (std::int64_t d = 0; d < width; ++d) out[d] = 0;
  for (std::int64_t i = 0; i < keys; ++i) {
    const float* value = v + i * stride;
    const float weight = weights[i];
    for (std::int64_t d = 0; d < width; ++d) out[d] += weight * value[d];
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
    ScoreKeys(q, in.width, k, in.k_strides.position, in.keys, scores);
    SoftmaxRow(scores, in.keys, in.scale, bias, in.bias_strides.key);
    MixValues(scores, in.keys, v, in.v_strides.position, in.width, to);
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
