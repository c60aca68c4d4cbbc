#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_TRAINING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_TRAINING_H_

// Trains the hybrid recommender's ranker: boosted trees over ranking_features.h that tell what a
// customer will choose, by the log-odds of it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const TrainedRanker ranker,
//                              TrainRanker(*past.view(), customers, cut, {}));

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/modeling/trees/tree_ensemble.h"
#include "services/recommend-service/training/hybrid/ranking_table.h"

namespace clientele::recommend {

struct RankerTrainingOptions {
  RankingTableOptions table = {};
  int rounds = 300;  // at most; as many as cross-validation over customers finds best
  int patience = 20;
  int max_depth = 5;
  double learning_rate = 0.08;
  double min_child_weight = 20;
  std::size_t folds = 3;
  // Fewer customers than this say too little.
  std::size_t min_customers = 50;
  std::uint64_t seed = 0;
  int threads = 1;
  std::function<absl::Status()> progress = {};  // after each step; its error ends the training
};

struct TrainedRanker {
  modeling::TreeEnsemble ensemble;
  // "customers", "rows", "rounds", and "log_loss" by cross-validation over the customers.
  std::map<std::string, double> metrics;
  // Of each row of the table, by trees that were trained on other customers.
  std::vector<double> held_out_margins;
};

// FAILED_PRECONDITION, reason TOO_FEW_INTERACTIONS, where too few customers chose one of their
// candidates after the cut.
absl::StatusOr<TrainedRanker> TrainRanker(const RankingTable& table, absl::Time cut,
                                          const RankerTrainingOptions& options);
// The same, of the table that options.table makes.
absl::StatusOr<TrainedRanker> TrainRanker(const ServingView& view,
                                          const std::vector<PastCustomer>& customers,
                                          absl::Time cut, const RankerTrainingOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_RANKER_TRAINING_H_
