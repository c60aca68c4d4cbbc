#include "common/inference/generation/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "common/inference/generation/logits.h"
#include "common/inference/torchscript/kernels/largest_index.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

// An id that is still in, with its logit after the temperature.
struct Choice {
  std::size_t id;
  float logit;
};

void KeepTopK(std::vector<Choice>& choices, std::size_t k) {
  if (k >= choices.size()) return;
  std::vector<float> logits;
  logits.reserve(choices.size());
  for (const Choice& choice : choices) logits.push_back(choice.logit);
  const auto kth = logits.begin() + static_cast<std::ptrdiff_t>(k - 1);
  std::nth_element(logits.begin(), kth, logits.end(), std::greater<>());
  std::erase_if(choices, [least = *kth](const Choice& choice) { return choice.logit < least; });
}

float Largest(const std::vector<Choice>& choices) {
  float largest = choices[0].logit;
  for (const Choice& choice : choices) largest = std::max(largest, choice.logit);
  return largest;
}

// exp(logit - largest) of each choice, and their sum.
double Weigh(const std::vector<Choice>& choices, std::vector<double>& weights) {
  const float largest = Largest(choices);
  weights.clear();
  double sum = 0;
  for (const Choice& choice : choices) {
    weights.push_back(std::exp(static_cast<double>(choice.logit - largest)));
    sum += weights.back();
  }
  return sum;
}

// Keeps an id while those before it, the more probable ones, do not reach p. Of equal ones
// the higher id comes first, because the reference removes from the other end, lower ids
// first.
void KeepTopP(std::vector<Choice>& choices, double p) {
  std::vector<double> weights;
  const float largest = Largest(choices);
  const double sum = Weigh(choices, weights);
  const auto less_probable = [](const Choice& a, const Choice& b) {
    return a.logit != b.logit ? a.logit < b.logit : a.id < b.id;
  };
  // A heap, because what stays is mostly short.
  std::make_heap(choices.begin(), choices.end(), less_probable);
  auto rest = choices.end();
  double before = 0;
  do {
    std::pop_heap(choices.begin(), rest, less_probable);
    --rest;
    before += std::exp(static_cast<double>(rest->logit - largest)) / sum;
  } while (rest != choices.begin() && before < p);
  choices.erase(choices.begin(), rest);
  std::sort(choices.begin(), choices.end(),
            [](const Choice& a, const Choice& b) { return a.id < b.id; });
}

// The ids that stay, in their order.
absl::StatusOr<std::vector<Choice>> Narrow(absl::Span<const float> logits,
                                           const SamplingOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckLogits(logits));
  std::vector<Choice> choices;
  choices.reserve(logits.size());
  const auto temperature = static_cast<float>(options.temperature);
  for (std::size_t id = 0; id < logits.size(); ++id) {
    if (logits[id] == kForbidden) continue;
    choices.push_back({id, logits[id] / temperature});
    if (!std::isfinite(choices.back().logit)) {
      return InvalidField("temperature", "is too small for this model's logits");
    }
  }
  if (choices.empty()) return absl::InternalError("every token is forbidden");
  if (options.top_k > 0) KeepTopK(choices, static_cast<std::size_t>(options.top_k));
  if (options.top_p < 1) KeepTopP(choices, options.top_p);
  return choices;
}

}  // namespace

absl::StatusOr<std::int64_t> ArgMax(absl::Span<const float> logits) {
  const std::int64_t best = LargestIndex(logits.data(), static_cast<std::int64_t>(logits.size()));
  if (best < 0) return CheckLogits(logits);
  return best;
}

absl::Status Check(const SamplingOptions& options) {
  // Negated, and in float32 where it will divide, so that NaN and what rounds to zero are
  // refused too.
  const auto temperature = static_cast<float>(options.temperature);
  if (!(temperature > 0) || !std::isfinite(temperature)) {
    return InvalidField("temperature", "must be positive; ask for greedy decoding instead of 0");
  }
  if (options.top_k < 0) return InvalidField("top_k", "must not be negative; 0 keeps every token");
  if (!(options.top_p >= 0 && options.top_p <= 1)) {
    return InvalidField("top_p", "must be in [0, 1]");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<double>> Distribution(absl::Span<const float> logits,
                                                 const SamplingOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Choice> choices, Narrow(logits, options));
  std::vector<double> weights;
  const double sum = Weigh(choices, weights);
  std::vector<double> distribution(logits.size(), 0.0);
  for (std::size_t i = 0; i < choices.size(); ++i) distribution[choices[i].id] = weights[i] / sum;
  return distribution;
}

std::uint64_t SplitMix64::Next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

double SplitMix64::NextUnit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

absl::StatusOr<std::int64_t> Sampler::Draw(absl::Span<const float> logits) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Choice> choices, Narrow(logits, options_));
  std::vector<double> weights;
  const double target = random_.NextUnit() * Weigh(choices, weights);
  double cumulative = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    cumulative += weights[i];
    if (cumulative > target) return static_cast<std::int64_t>(choices[i].id);
  }
  return static_cast<std::int64_t>(choices.back().id);  // rounding left the sum below it
}

}  // namespace clientele::inference
