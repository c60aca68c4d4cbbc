#ifndef CLIENTELE_COMMON_INFERENCE_GENERATION_SAMPLING_H_
#define CLIENTELE_COMMON_INFERENCE_GENERATION_SAMPLING_H_

// Choosing the next token from one row of logits: the most probable one, or a draw.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t best, ArgMax(row));
//
//   CLIENTELE_RETURN_IF_ERROR(Check(SamplingOptions{.temperature = 0.7, .top_p = 0.9}));
//   Sampler sampler({.temperature = 0.7, .top_p = 0.9, .seed = 42});
//   CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t drawn, sampler.Draw(row));
//
// The order is that of the reference (transformers' generate()): temperature, then
// top-k, then top-p, then a draw from the softmax of what is left.
//
// An id whose logit is kForbidden (logits.h) is no choice.
//
// Errors: INTERNAL for logits that are empty or not finite. Functions are thread-safe;
// a Sampler belongs to one sequence. No torch here.

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::inference {

// The id with the largest logit; of equal ones the lowest.
absl::StatusOr<std::int64_t> ArgMax(absl::Span<const float> logits);

struct SamplingOptions {
  // Divides the logits; below 1 sharpens, above 1 flattens. Positive.
  double temperature = 1.0;
  // Only ids whose logit is at least the k-th largest stay (more than k where logits are
  // equal). 0: all stay.
  std::int64_t top_k = 0;
  // Only the smallest set of the most probable ids stays whose probabilities sum to more
  // than this (Holtzman et al. 2020, https://arxiv.org/abs/1904.09751); one always does.
  // In [0, 1]; 1: all stay.
  double top_p = 1.0;
  // Equal seeds and logits give equal tokens, on every machine.
  std::uint64_t seed = 0;
};

// INVALID_ARGUMENT names the first value out of range.
absl::Status Check(const SamplingOptions& options);

// The distribution that a draw is from: a probability for each id, 0 for those that do
// not stay; they sum to 1.
absl::StatusOr<std::vector<double>> Distribution(absl::Span<const float> logits,
                                                 const SamplingOptions& options);

// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014, with the constants of its 64-bit mixer. Integers alone, so that every
// machine and library gives the same sequence.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next();
  // In [0, 1): the upper 53 bits over 2^53.
  double NextUnit();

 private:
  std::uint64_t state_;
};

class Sampler {
 public:
  // `options` have passed Check().
  explicit Sampler(const SamplingOptions& options) : options_(options), random_(options.seed) {}

  // One number of the sequence for one draw: the first id at which the cumulative
  // probability, in the order of ids, exceeds it.
  absl::StatusOr<std::int64_t> Draw(absl::Span<const float> logits);

 private:
  SamplingOptions options_;
  SplitMix64 random_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_GENERATION_SAMPLING_H_
