#include "services/recommend-service/training/hybrid/source_choice.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"

#include "common/evaluation/ranking.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/trees/boosted_trees.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/training/hybrid/ranking_table.h"

namespace clientele::recommend {
namespace {

constexpr std::int64_t kFirstChosen = 10;

// Puts a customer's pool in order: a score for each candidate.
using ScorePool = absl::FunctionRef<std::vector<double>(const PooledCustomer&)>;

// The rank of each item that the customer chose later, among the whole pool.
absl::StatusOr<evaluation::Ranking> RankingOf(const ServingView& view, const PastCustomer& customer,
                                              absl::Time now, int per_source, ScorePool score) {
  CLIENTELE_ASSIGN_OR_RETURN(const PooledCustomer pooled,
                             PoolOf(view, customer.before, now, per_source));
  const std::vector<double> scores = score(pooled);
  std::vector<std::int32_t> chosen;
  for (std::size_t at = 0; at < pooled.pool.size(); ++at) {
    if (std::binary_search(customer.later.begin(), customer.later.end(),
                           pooled.pool[at].entry->item->id)) {
      chosen.push_back(static_cast<std::int32_t>(at));
    }
  }
  // What no source brought cannot be recommended: places beyond the pool are no ranks.
  while (chosen.size() < customer.later.size()) {
    chosen.push_back(static_cast<std::int32_t>(scores.size() + chosen.size()));
  }
  return evaluation::RankAmong(absl::MakeConstSpan(scores), chosen);
}

absl::StatusOr<double> CrossValidatedNdcg(const ServingView& view,
                                          const std::vector<PastCustomer>& customers,
                                          absl::Time now, const RankerTrainingOptions& options) {
  evaluation::RankingMeans means(kFirstChosen);
  for (std::size_t fold = 0; fold < options.folds; ++fold) {
    std::vector<PastCustomer> taught;
    for (std::size_t u = 0; u < customers.size(); ++u) {
      if (u % options.folds != fold) taught.push_back(customers[u]);
    }
    CLIENTELE_ASSIGN_OR_RETURN(const TrainedRanker ranker, TrainRanker(view, taught, now, options));
    for (std::size_t u = fold; u < customers.size(); u += options.folds) {
      CLIENTELE_ASSIGN_OR_RETURN(const evaluation::Ranking ranking,
                                 RankingOf(view, customers[u], now, options.table.per_source,
                                           [&](const PooledCustomer& pooled) {
                                             return PoolMargins(view, pooled, now, ranker.ensemble);
                                           }));
      means.Add(ranking);
      if (options.progress) CLIENTELE_RETURN_IF_ERROR(options.progress());
    }
  }
  return means.Result().ndcg;
}

absl::StatusOr<double> FusedNdcg(const ServingView& view,
                                 const std::vector<PastCustomer>& customers, absl::Time now,
                                 int per_source) {
  evaluation::RankingMeans means(kFirstChosen);
  for (const PastCustomer& customer : customers) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const evaluation::Ranking ranking,
        RankingOf(view, customer, now, per_source, [](const PooledCustomer& pooled) {
          std::vector<double> scores;
          scores.reserve(pooled.pool.size());
          for (const Candidate& one : pooled.pool) scores.push_back(FusedScore(one.ranks));
          return scores;
        }));
    means.Add(ranking);
  }
  return means.Result().ndcg;
}

std::vector<PastCustomer> EvenlyChosenCustomers(const std::vector<PastCustomer>& customers,
                                                std::size_t count) {
  const std::size_t step =
      std::max<std::size_t>(1, (customers.size() + count - 1) / std::max<std::size_t>(1, count));
  std::vector<PastCustomer> chosen;
  for (std::size_t u = 0; u < customers.size(); u += step) chosen.push_back(customers[u]);
  return chosen;
}

std::shared_ptr<const ServingView> WithoutSequence(const ServingView& view) {
  auto without = std::make_shared<ServingView>(view);
  without->sequence = nullptr;
  return without;
}

// The view with its sequence or without, whichever `measure` finds better.
absl::StatusOr<SourceChoice> Better(
    std::shared_ptr<const ServingView> view, std::size_t customers,
    absl::FunctionRef<absl::StatusOr<double>(const ServingView&)> measure) {
  SourceChoice choice{.view = view};
  std::shared_ptr<const ServingView> without = WithoutSequence(*view);
  CLIENTELE_ASSIGN_OR_RETURN(choice.ndcg_with, measure(*view));
  CLIENTELE_ASSIGN_OR_RETURN(choice.ndcg_without, measure(*without));
  choice.customers = static_cast<std::int64_t>(customers);
  if (choice.ndcg_with <= choice.ndcg_without) choice.view = std::move(without);
  return choice;
}

}  // namespace

absl::StatusOr<SourceChoice> ChooseSources(std::shared_ptr<const ServingView> view,
                                           const std::vector<PastCustomer>& customers,
                                           absl::Time now, const RankerTrainingOptions& options,
                                           std::size_t max_customers) {
  if (view->sequence == nullptr) return SourceChoice{.view = std::move(view)};
  const std::vector<PastCustomer> some = EvenlyChosenCustomers(customers, max_customers);
  absl::StatusOr<SourceChoice> choice = Better(view, some.size(), [&](const ServingView& one) {
    return CrossValidatedNdcg(one, some, now, options);
  });
  if (GetReason(choice.status()) == "TOO_FEW_INTERACTIONS") {
    return SourceChoice{.view = std::move(view)};
  }
  return choice;
}

absl::StatusOr<SourceChoice> ChooseFusedSources(std::shared_ptr<const ServingView> view,
                                                const std::vector<PastCustomer>& customers,
                                                absl::Time now, int per_source,
                                                std::size_t max_customers) {
  if (view->sequence == nullptr) return SourceChoice{.view = std::move(view)};
  const std::vector<PastCustomer> some = EvenlyChosenCustomers(customers, max_customers);
  return Better(std::move(view), some.size(),
                [&](const ServingView& one) { return FusedNdcg(one, some, now, per_source); });
}

}  // namespace clientele::recommend
