#include "services/recommend-service/core/ranking/explained_list.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "services/recommend-service/core/explanations/reasons.h"

namespace clientele::recommend {
namespace {

FactorizationTerms TermsOf(const ServingView& view, const CustomerFactors& customer,
                           const SelectedItem& item) {
  FactorizationTerms terms{.global_mean = view.model->model->mu(),
                           .customer_bias = customer.bias,
                           .affinity = item.affinity};
  if (item.slot >= 0) {
    terms.item_bias = view.Terms(item.slot).bias;
    terms.is_estimated = view.IsEstimated(item.slot);
  }
  return terms;
}

HybridTerms HybridTermsOf(const Candidate& candidate) {
  HybridTerms terms;
  for (std::size_t source = 0; source < kCandidateSources.size(); ++source) {
    if (std::isnan(candidate.scores[source]) && candidate.ranks[source] == 0) continue;
    terms.sources.push_back({std::string(kCandidateSources[source]), candidate.scores[source],
                             candidate.ranks[source]});
  }
  return terms;
}

ItemInputs InputsOf(HybridItem& item, bool is_ranked) {
  ItemInputs inputs;
  if (is_ranked) {
    inputs.features = std::move(item.features);
    return inputs;
  }
  for (std::size_t source = 0; source < kCandidateSources.size(); ++source) {
    const int rank = item.candidate.ranks[source];
    if (rank > 0) inputs.ranks.push_back({std::string(kCandidateSources[source]), rank});
  }
  return inputs;
}

// Whether the sequence placed the candidate higher than the factorization did: then what came
// before it explains it better than what it goes with.
bool IsBySequence(const Candidate& candidate) {
  static const std::size_t sequence = SourceNumber("sequence");
  static const std::size_t factorization = SourceNumber("factorization");
  const int by_sequence = candidate.ranks[sequence];
  const int by_factorization = candidate.ranks[factorization];
  return by_sequence > 0 && (by_factorization == 0 || by_sequence < by_factorization);
}

}  // namespace

std::shared_ptr<const ScoreInputs> InputsOf(HybridSelection& selection) {
  auto inputs = std::make_shared<ScoreInputs>();
  inputs->items.reserve(selection.items.size());
  for (HybridItem& item : selection.items) {
    inputs->items.push_back(InputsOf(item, !selection.ranker.empty()));
  }
  return inputs;
}

std::shared_ptr<const ScoreInputs> InputsOf(const Recommender::Personal& personal,
                                            const std::vector<SelectedItem>& selected) {
  auto inputs = std::make_shared<ScoreInputs>();
  inputs->items.resize(selected.size());
  if (personal.strategy == Strategy::kSequence) {
    const SequenceState& read = *personal.sequence;
    for (const std::int32_t row : read.rows) {
      inputs->sequence.push_back(read.model->items().ids[static_cast<std::size_t>(row)]);
    }
  }
  if (personal.customer == nullptr) return inputs;
  const ServingView& view = *personal.view;
  inputs->factors = personal.customer->factors;
  inputs->bias = personal.customer->bias;
  inputs->training_id = view.model->model->identity().training_id;
  for (std::size_t at = 0; at < selected.size(); ++at) {
    const std::int32_t slot = selected[at].slot;
    if (slot >= 0 && !view.IsEstimated(slot)) continue;
    EstimatedItem& estimate = inputs->items[at].estimate.emplace();
    if (slot < 0) continue;
    const ItemTerms terms = view.Terms(slot);
    estimate = {{terms.factors.begin(), terms.factors.end()}, terms.bias};
  }
  return inputs;
}

absl::StatusOr<RecommendationList> ExplainedHybrid(const Recommender::Personal& personal,
                                                   HybridSelection selection,
                                                   absl::string_view language) {
  const ServingView& view = *personal.view;
  RecommendationList list;
  list.strategy = Strategy::kHybrid;
  list.fallback = selection.items.empty() ? Fallback::kFilteredOut : personal.fallback;
  list.models.push_back(view.model->model->id());
  if (!selection.ranker.empty()) list.models.push_back(selection.ranker);
  if (personal.sequence.has_value()) list.models.push_back(personal.sequence->model->id());
  list.trace = std::move(selection.trace);
  ReasonFinder reasons(view, *personal.known.history, personal.solution, language);
  std::optional<SequenceInfluence> influence;
  if (std::any_of(selection.items.begin(), selection.items.end(),
                  [](const HybridItem& one) { return IsBySequence(one.candidate); })) {
    CLIENTELE_ASSIGN_OR_RETURN(influence, SequenceInfluence::Of(*personal.sequence));
    reasons.Explain(*influence);
  }
  list.recommendations.reserve(selection.items.size());
  for (const HybridItem& one : selection.items) {
    const CatalogEntry& entry = *one.candidate.entry;
    const std::int32_t slot = one.candidate.slot;
    list.recommendations.push_back(
        {entry.item->id,
         entry.item->title,
         entry.item->category,
         one.score,
         {{selection.ranker, HybridTermsOf(one.candidate)}},
         IsBySequence(one.candidate)
             ? reasons.FindNext(entry, slot, personal.sequence->model->Row(entry.item->id))
             : reasons.Find(entry, slot)});
  }
  return list;
}

absl::StatusOr<RecommendationList> Explained(const Recommender::Personal& personal,
                                             const std::vector<SelectedItem>& selected,
                                             absl::string_view language) {
  const bool is_next = personal.strategy == Strategy::kSequence;
  const ServingView& view = *personal.view;
  RecommendationList list;
  list.strategy = personal.strategy;
  list.fallback = selected.empty() ? Fallback::kFilteredOut : personal.fallback;
  if (personal.customer != nullptr) list.models.push_back(view.model->model->id());
  ReasonFinder reasons(view, *personal.known.history, personal.solution, language);
  std::optional<SequenceInfluence> influence;
  if (is_next) {
    list.models.push_back(personal.sequence->model->id());
    CLIENTELE_ASSIGN_OR_RETURN(influence, SequenceInfluence::Of(*personal.sequence));
    reasons.Explain(*influence);
  }
  list.recommendations.reserve(selected.size());
  for (const SelectedItem& one : selected) {
    const CatalogEntry& entry = *view.catalog->Find(one.id);
    Explanation explanation;
    if (personal.customer != nullptr) {
      explanation = {view.model->model->id(), TermsOf(view, *personal.customer, one)};
    } else if (is_next) {
      const SequenceState& read = *personal.sequence;
      explanation = {read.model->id(), SequenceTerms{read.rows.size(), read.unknown}};
    } else {
      explanation = {"", PopularityTerms{.share = one.score}};
    }
    list.recommendations.push_back(
        {entry.item->id,
         entry.item->title,
         entry.item->category,
         one.score,
         {std::move(explanation)},
         is_next ? reasons.FindNext(entry, one.slot, personal.sequence->model->Row(one.id))
                 : reasons.Find(entry, one.slot)});
  }
  return list;
}

}  // namespace clientele::recommend
