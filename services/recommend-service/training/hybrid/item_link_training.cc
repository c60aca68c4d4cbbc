#include "services/recommend-service/training/hybrid/item_link_training.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/status/status_macros.h"
#include "services/recommend-service/training/candidates/ranking_trial.h"

namespace clientele::recommend {
namespace {

constexpr int kFirstFound = 10;

// Sums of links, as the sources of the hybrid serve them.
class LinkScorer final : public ItemScorer {
 public:
  LinkScorer(const SparseMatrix& liked, const ItemLinks& links) : liked_(liked), links_(links) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), 0.0F);
    const auto per_item = static_cast<std::size_t>(links_.links_per_item);
    for (const std::int32_t item : liked_.Columns(customer)) {
      const std::size_t begin = static_cast<std::size_t>(item) * per_item;
      for (std::size_t at = begin; at < begin + per_item && links_.targets[at] >= 0; ++at) {
        scores[static_cast<std::size_t>(links_.targets[at])] += links_.weights[at];
      }
    }
  }

 private:
  const SparseMatrix& liked_;
  const ItemLinks& links_;
};

}  // namespace

SparseMatrix LikedItems(const TrainingSet& set, const std::vector<TrainingExample>& examples) {
  std::vector<SparseEntry> entries;
  entries.reserve(examples.size());
  for (const TrainingExample& example : examples) {
    if (example.value > 0) entries.push_back({example.customer, example.item, 1});
  }
  return CompressRows(entries, static_cast<std::int64_t>(set.customer_ids.size()),
                      static_cast<std::int64_t>(set.item_ids.size()));
}

absl::StatusOr<double> ChooseEasePenalty(const SparseMatrix& training, const SparseMatrix& held_out,
                                         const ItemLinkOptions& options) {
  double best = options.ease_penalties.front();
  if (held_out.column.empty() || training.columns > options.max_ease_items) return best;
  double best_ndcg = -1;
  for (const double penalty : options.ease_penalties) {
    CLIENTELE_ASSIGN_OR_RETURN(const ItemLinks links,
                               EaseLinks(training, {.penalty = penalty}, options.links_per_item));
    const double ndcg = MeasureRanking(LinkScorer(training, links), training, held_out, kFirstFound,
                                       options.threads)
                            .ndcg;
    if (ndcg > best_ndcg) {
      best = penalty;
      best_ndcg = ndcg;
    }
  }
  return best;
}

absl::StatusOr<std::vector<ItemLinks>> TrainItemLinks(const SparseMatrix& liked,
                                                      double ease_penalty,
                                                      const ItemLinkOptions& options) {
  std::vector<ItemLinks> links;
  links.push_back(ItemItemLinks(liked, options.item_item, options.threads));
  if (liked.columns <= options.max_ease_items) {
    CLIENTELE_ASSIGN_OR_RETURN(ItemLinks ease,
                               EaseLinks(liked, {.penalty = ease_penalty}, options.links_per_item));
    links.push_back(std::move(ease));
  }
  return links;
}

}  // namespace clientele::recommend
