#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_LOGITS_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_LOGITS_H_

// What a language model says of the next token: one number for each id of its
// vocabulary, before softmax. Pure functions, thread-safe, no torch.

#include <cstddef>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace clientele::inference {

// Rows of logits as a model gave them, row-major [rows, vocabulary]. A plain value that
// shares its numbers.
struct Logits {
  std::shared_ptr<const void> owner;  // keeps `data` alive
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t vocabulary = 0;

  absl::Span<const float> row(std::size_t index) const {
    return {data + index * vocabulary, vocabulary};
  }
};

// The score of an id that is no choice. A finite number, so that what adds to it or compares it
// needs no case for it.
inline constexpr float kForbidden = std::numeric_limits<float>::lowest();

// INTERNAL unless there is a value and every one is a finite number: a NaN would win or
// lose comparisons by accident of their order.
absl::Status CheckLogits(absl::Span<const float> logits);

// out[i] = log(exp(x[i]) / sum_j exp(x[j])), computed as (x[i] - max) - log(sum) in
// float32 like the reference, with the sum in double. `out` has the size of `logits`.
void LogSoftmax(absl::Span<const float> logits, absl::Span<float> out);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_LOGITS_H_
