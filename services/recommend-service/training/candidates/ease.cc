#include "services/recommend-service/training/candidates/ease.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <numeric>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/inference/compute/compute_threads.h"

namespace clientele::recommend {
namespace {

// Up to here the inverse is computed in float64: it costs seconds.
constexpr std::int64_t kDoubleItems = 3000;
constexpr std::int32_t kNotModeled = -1;

class EaseScorer final : public ItemScorer {
 public:
  // `weights` is float32 [modeled, modeled]; `place` has each item's row in it.
  EaseScorer(const SparseMatrix& interactions, at::Tensor weights,
             std::vector<std::int32_t> modeled, std::vector<std::int32_t> place)
      : interactions_(interactions),
        weights_(std::move(weights)),
        modeled_(std::move(modeled)),
        place_(std::move(place)) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    const std::size_t count = modeled_.size();
    std::vector<float> sums(count, 0.0f);
    const float* const weights = weights_.data_ptr<float>();
    for (const std::int32_t item : interactions_.Columns(customer)) {
      const std::int32_t place = place_[static_cast<std::size_t>(item)];
      if (place == kNotModeled) continue;
      const float* const row = weights + static_cast<std::size_t>(place) * count;
      for (std::size_t i = 0; i < count; ++i) sums[i] += row[i];
    }
    std::fill(scores.begin(), scores.end(), 0.0f);
    for (std::size_t i = 0; i < count; ++i) {
      scores[static_cast<std::size_t>(modeled_[i])] = sums[i];
    }
  }

 private:
  const SparseMatrix& interactions_;
  const at::Tensor weights_;
  const std::vector<std::int32_t> modeled_;
  const std::vector<std::int32_t> place_;
};

// Items that most customers touched, at most `max_items` of them, ascending.
std::vector<std::int32_t> MostTouched(const SparseMatrix& interactions, std::int64_t max_items) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(interactions.columns), 0);
  for (const std::int32_t item : interactions.column) ++counts[static_cast<std::size_t>(item)];
  std::vector<std::int32_t> items(counts.size());
  std::iota(items.begin(), items.end(), 0);
  if (static_cast<std::int64_t>(items.size()) <= max_items) return items;
  std::stable_sort(items.begin(), items.end(), [&](std::int32_t a, std::int32_t b) {
    return counts[static_cast<std::size_t>(a)] > counts[static_cast<std::size_t>(b)];
  });
  items.resize(static_cast<std::size_t>(max_items));
  std::sort(items.begin(), items.end());
  return items;
}

// X^T X over the modeled items, float32 [n, n]: counts, exact up to 2^24 customers.
at::Tensor CoOccurrences(const SparseMatrix& interactions, const std::vector<std::int32_t>& place,
                         std::int64_t n) {
  at::Tensor gram = at::zeros({n, n}, at::kFloat);
  float* const values = gram.data_ptr<float>();
  std::vector<std::size_t> own;
  for (std::int64_t customer = 0; customer < interactions.rows; ++customer) {
    own.clear();
    for (const std::int32_t item : interactions.Columns(customer)) {
      const std::int32_t at = place[static_cast<std::size_t>(item)];
      if (at != kNotModeled) own.push_back(static_cast<std::size_t>(at));
    }
    for (const std::size_t a : own) {
      float* const row = values + a * static_cast<std::size_t>(n);
      for (const std::size_t b : own) row[b] += 1;
    }
  }
  return gram;
}

}  // namespace

std::string Ease::Description() const {
  return absl::StrCat("ease(penalty=", options_.penalty, ")");
}

absl::StatusOr<std::unique_ptr<ItemScorer>> Ease::Fit(const CandidateTraining& training) const try {
  const c10::InferenceMode no_gradients;
  // OpenMP's threads spin while they wait for each other: on a busy machine two are slower than
  // one.
  inference::UseThreads(1);
  std::vector<std::int32_t> modeled = MostTouched(training.interactions, options_.max_items);
  const auto n = static_cast<std::int64_t>(modeled.size());
  std::vector<std::int32_t> place(static_cast<std::size_t>(training.interactions.columns),
                                  kNotModeled);
  for (std::size_t at = 0; at < modeled.size(); ++at) {
    place[static_cast<std::size_t>(modeled[at])] = static_cast<std::int32_t>(at);
  }
  at::Tensor gram = CoOccurrences(training.interactions, place, n);
  if (n <= kDoubleItems) gram = gram.to(at::kDouble);
  gram.diagonal().add_(options_.penalty);
  at::Tensor inverse = at::cholesky_inverse(at::linalg_cholesky(gram));
  gram.reset();
  const at::Tensor diagonal = inverse.diagonal().clone();
  inverse.div_(diagonal.neg().unsqueeze(0));
  inverse.diagonal().zero_();
  return std::make_unique<EaseScorer>(training.interactions, inverse.to(at::kFloat).contiguous(),
                                      std::move(modeled), std::move(place));
} catch (const std::exception&) {
  return absl::InternalError("the inverse of the items' co-occurrences cannot be computed");
}

}  // namespace clientele::recommend
