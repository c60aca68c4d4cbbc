#include "services/recommend-service/training/hybrid/ranking_table.h"

#include <algorithm>
#include <random>
#include <utility>

#include "common/status/status_macros.h"
#include "services/recommend-service/core/drift/feature_drift.h"
#include "services/recommend-service/core/ranking/ranking_features.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kMostSampledRows = 100'000;

}  // namespace

absl::Status UseSources(const ServingView& view, const ResolvedHistory& history, absl::Time now,
                        absl::FunctionRef<void(const Generators&)> use) {
  CLIENTELE_ASSIGN_OR_RETURN(const FoldInSolution* const solution,
                             history.FoldedIn(view.model->fold_in));
  const ItemFilter everything;
  const WantedItems wanted(view, {}, everything, now);
  const LeftOut left_out(view, history, {}, now);
  use(MakeGenerators({.view = view,
                      .history = history,
                      .customer = solution == nullptr ? nullptr : &solution->customer(),
                      .wanted = wanted,
                      .left_out = left_out,
                      .now = now}));
  return absl::OkStatus();
}

absl::StatusOr<PooledCustomer> PoolOf(const ServingView& view,
                                      const std::vector<ItemHistory>& before, absl::Time now,
                                      int per_source) {
  auto history =
      std::make_unique<const ResolvedHistory>(view.model.get(), before, Dismissals(), now);
  std::vector<Candidate> pool;
  CLIENTELE_RETURN_IF_ERROR(UseSources(view, *history, now, [&](const Generators& sources) {
    pool = PoolCandidates(view, sources, per_source);
  }));
  return PooledCustomer{std::move(history), std::move(pool)};
}

absl::StatusOr<RankingTable> MakeRankingTable(const ServingView& view,
                                              const std::vector<PastCustomer>& customers,
                                              absl::Time now, const RankingTableOptions& options) {
  RankingTable table;
  for (const std::string& name : RankingFeatureNames()) table.rows.fields.push_back({.name = name});
  std::mt19937_64 random(options.seed);
  for (std::size_t u = 0; u < customers.size() && table.labels.size() < options.max_rows; ++u) {
    const PastCustomer& customer = customers[u];
    CLIENTELE_ASSIGN_OR_RETURN(const PooledCustomer pooled,
                               PoolOf(view, customer.before, now, options.per_source));
    std::vector<const Candidate*> chosen, passed;
    for (const Candidate& candidate : pooled.pool) {
      const bool is_chosen = std::binary_search(customer.later.begin(), customer.later.end(),
                                                candidate.entry->item->id);
      (is_chosen ? chosen : passed).push_back(&candidate);
    }
    const RankingFeatures features(view, *pooled.history, pooled.pool, now);
    for (const std::size_t at : EvenlyChosen(pooled.pool.size(), kDriftRowsOfCall)) {
      if (table.pool_sample.size() >= kMostSampledRows) break;
      table.pool_sample.push_back(features.Of(pooled.pool[at]));
    }
    if (chosen.empty() || passed.empty()) continue;
    std::shuffle(passed.begin(), passed.end(), random);
    passed.resize(std::min(passed.size(), options.negatives));
    const auto add = [&](const Candidate& candidate, double label) {
      const std::vector<float> row = features.Of(candidate);
      table.rows.values.insert(table.rows.values.end(), row.begin(), row.end());
      table.labels.push_back(label);
      table.customers.push_back(u);
      ++table.rows.rows;
    };
    for (const Candidate* const one : chosen) add(*one, 1);
    for (const Candidate* const one : passed) add(*one, 0);
  }
  return table;
}

std::vector<frame::Split> CustomerFolds(const RankingTable& table, std::size_t folds) {
  std::vector<frame::Split> splits(folds);
  for (std::size_t row = 0; row < table.customers.size(); ++row) {
    for (std::size_t fold = 0; fold < folds; ++fold) {
      (table.customers[row] % folds == fold ? splits[fold].validation : splits[fold].training)
          .push_back(row);
    }
  }
  return splits;
}

}  // namespace clientele::recommend
