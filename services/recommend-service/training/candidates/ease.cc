#include "services/recommend-service/training/candidates/ease.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <numeric>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"

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

struct EaseWeights {
  at::Tensor weights;                 // B, float32 [modeled, modeled]
  std::vector<std::int32_t> modeled;  // items
  std::vector<std::int32_t> place;    // of each item among them
};

absl::StatusOr<EaseWeights> SolveEase(const SparseMatrix& interactions,
                                      const EaseOptions& options) try {
  const c10::InferenceMode no_gradients;
  // OpenMP's threads spin while they wait for each other: on a busy machine two are slower than
  // one.
  inference::UseThreads(1);
  std::vector<std::int32_t> modeled = MostTouched(interactions, options.max_items);
  const auto n = static_cast<std::int64_t>(modeled.size());
  std::vector<std::int32_t> place(static_cast<std::size_t>(interactions.columns), kNotModeled);
  for (std::size_t at = 0; at < modeled.size(); ++at) {
    place[static_cast<std::size_t>(modeled[at])] = static_cast<std::int32_t>(at);
  }
  at::Tensor gram = CoOccurrences(interactions, place, n);
  if (n <= kDoubleItems) gram = gram.to(at::kDouble);
  gram.diagonal().add_(options.penalty);
  at::Tensor inverse = at::cholesky_inverse(at::linalg_cholesky(gram));
  gram.reset();
  const at::Tensor diagonal = inverse.diagonal().clone();
  inverse.div_(diagonal.neg().unsqueeze(0));
  inverse.diagonal().zero_();
  return EaseWeights{inverse.to(at::kFloat).contiguous(), std::move(modeled), std::move(place)};
} catch (const std::exception&) {
  return absl::InternalError("the inverse of the items' co-occurrences cannot be computed");
}

}  // namespace

std::string Ease::Description() const {
  return absl::StrCat("ease(penalty=", options_.penalty, ")");
}

absl::StatusOr<std::unique_ptr<ItemScorer>> Ease::Fit(const CandidateTraining& training) const {
  CLIENTELE_ASSIGN_OR_RETURN(EaseWeights weights, SolveEase(training.interactions, options_));
  return std::make_unique<EaseScorer>(training.interactions, std::move(weights.weights),
                                      std::move(weights.modeled), std::move(weights.place));
}

absl::StatusOr<ItemLinks> EaseLinks(const SparseMatrix& interactions, const EaseOptions& options,
                                    std::int64_t links_per_item) {
  CLIENTELE_ASSIGN_OR_RETURN(const EaseWeights ease, SolveEase(interactions, options));
  const std::size_t count = ease.modeled.size();
  const auto per_item = static_cast<std::size_t>(links_per_item);
  ItemLinks links = NoLinks("ease", interactions.columns, links_per_item);
  std::vector<std::size_t> order(count);
  for (std::size_t own = 0; own < count; ++own) {
    const float* const row = ease.weights.data_ptr<float>() + own * count;
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t kept = std::min(per_item, count);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                      [&](std::size_t a, std::size_t b) {
                        const float left = std::abs(row[a]), right = std::abs(row[b]);
                        return left != right ? left > right : a < b;
                      });
    std::size_t at = static_cast<std::size_t>(ease.modeled[own]) * per_item;
    for (std::size_t rank = 0; rank < kept && row[order[rank]] != 0; ++rank, ++at) {
      links.targets[at] = ease.modeled[order[rank]];
      links.weights[at] = row[order[rank]];
    }
  }
  return links;
}

}  // namespace clientele::recommend
