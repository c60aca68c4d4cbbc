#include "services/recommend-service/training/hybrid/ranking_table.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "absl/strings/match.h"

#include "common/status/status_macros.h"
#include "common/training/trees/boosted_trees.h"
#include "services/recommend-service/core/drift/feature_drift.h"
#include "services/recommend-service/core/ranking/ranking_features.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kMostSampledRows = 100'000;

std::vector<frame::MatrixField> FieldsOf(const std::vector<std::size_t>& features) {
  std::vector<frame::MatrixField> fields;
  fields.reserve(features.size());
  for (const std::size_t feature : features) {
    fields.push_back({.name = RankingFeatureNames()[feature]});
  }
  return fields;
}

// `row` has all features.
void AddRow(const std::vector<float>& row, const std::vector<std::size_t>& features,
            frame::RowMatrix& rows) {
  for (const std::size_t feature : features) rows.values.push_back(row[feature]);
  ++rows.rows;
}

}  // namespace

std::vector<std::size_t> FeaturesOf(const ServingView& view) {
  std::vector<std::size_t> features;
  for (std::size_t at = 0; at < RankingFeatureNames().size(); ++at) {
    if (view.sequence == nullptr && absl::StartsWith(RankingFeatureNames()[at], "sequence_")) {
      continue;
    }
    features.push_back(at);
  }
  return features;
}

absl::Status UseSources(const ServingView& view, const ResolvedHistory& history, absl::Time now,
                        absl::FunctionRef<void(const Generators&)> use) {
  CLIENTELE_ASSIGN_OR_RETURN(const FoldInSolution* const solution,
                             history.FoldedIn(view.model->fold_in));
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<SequenceState> sequence,
                             ReadSequence(view.sequence, LatestItems(view, history)));
  const ItemFilter everything;
  const WantedItems wanted(view, {}, everything, now);
  const LeftOut left_out(view, history, {}, now);
  use(MakeGenerators({.view = view,
                      .history = history,
                      .customer = solution == nullptr ? nullptr : &solution->customer(),
                      .wanted = wanted,
                      .left_out = left_out,
                      .now = now,
                      .sequence = sequence.has_value() ? &*sequence : nullptr}));
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

std::vector<double> PoolMargins(const ServingView& view, const PooledCustomer& pooled,
                                absl::Time now, const modeling::TreeEnsemble& trees) {
  const RankingFeatures features(view, *pooled.history, pooled.pool, now);
  const std::vector<std::size_t> read = FeaturesOf(view);
  frame::RowMatrix rows;
  rows.fields = FieldsOf(read);
  for (const Candidate& one : pooled.pool) AddRow(features.Of(one), read, rows);
  return training::MarginsOf(trees, rows);
}

absl::StatusOr<RankingTable> MakeRankingTable(const ServingView& view,
                                              const std::vector<PastCustomer>& customers,
                                              absl::Time now, const RankingTableOptions& options) {
  RankingTable table;
  table.features = FeaturesOf(view);
  table.rows.fields = FieldsOf(table.features);
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
      AddRow(features.Of(candidate), table.features, table.rows);
      table.labels.push_back(label);
      table.customers.push_back(u);
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
