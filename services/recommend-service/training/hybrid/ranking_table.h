#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKING_TABLE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKING_TABLE_H_

// The table that a ranker is trained on: customers' candidates before the cut, each with the
// features that it is served with, labeled by whether the customer chose it after the cut.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/frame/row_matrix.h"
#include "common/frame/split.h"
#include "common/modeling/trees/tree_ensemble.h"
#include "services/recommend-service/core/candidates/candidate_pool.h"
#include "services/recommend-service/core/training/ranking_past.h"

namespace clientele::recommend {

struct RankingTableOptions {
  int per_source = 200;         // candidates of each source, as HybridOptions has it
  std::size_t negatives = 100;  // candidates of a customer that were not chosen, drawn evenly
  std::size_t max_rows = 1'000'000;
  std::uint64_t seed = 0;
};

struct RankingTable {
  std::vector<std::size_t> features;   // of RankingFeatureNames(), ascending
  frame::RowMatrix rows;               // a field for each of these
  std::vector<double> labels;          // 1: chosen
  std::vector<std::size_t> customers;  // of each row, ascending
  // A few candidates of each customer's whole pool, as serving counts them (core/drift): of the
  // customers who chose nothing too.
  std::vector<std::vector<float>> pool_sample;
};

// The features that a ranker of the view reads, indices of RankingFeatureNames(): all, but for
// those of the sequence where the view has none.
std::vector<std::size_t> FeaturesOf(const ServingView& view);

using Generators = std::vector<std::unique_ptr<CandidateGenerator>>;

// Hands the sources of a customer with this history before a view to `use`, during which they live.
// Errors are the fold-in's and the sequence model's.
absl::Status UseSources(const ServingView& view, const ResolvedHistory& history, absl::Time now,
                        absl::FunctionRef<void(const Generators&)> use);

// A customer's pool before a view, at a moment.
struct PooledCustomer {
  std::unique_ptr<const ResolvedHistory> history;
  std::vector<Candidate> pool;
};
absl::StatusOr<PooledCustomer> PoolOf(const ServingView& view,
                                      const std::vector<ItemHistory>& before, absl::Time now,
                                      int per_source);

// What trees over the features say of each candidate of the pool, in its order.
std::vector<double> PoolMargins(const ServingView& view, const PooledCustomer& pooled,
                                absl::Time now, const modeling::TreeEnsemble& trees);

// Customers none of whose candidates was chosen are left out. Errors are the fold-in's.
absl::StatusOr<RankingTable> MakeRankingTable(const ServingView& view,
                                              const std::vector<PastCustomer>& customers,
                                              absl::Time now, const RankingTableOptions& options);

// Folds of whole customers; `folds` is 2 or more.
std::vector<frame::Split> CustomerFolds(const RankingTable& table, std::size_t folds);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKING_TABLE_H_
