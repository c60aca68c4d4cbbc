#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_RANKING_EXPERIMENT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_RANKING_EXPERIMENT_H_

// A family trained on one part of a log and measured on the other. Settings and weights are chosen
// on an inner split of the training part, made by the same protocol; the measured part is seen by
// nothing but the measurement.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "common/frame/split.h"
#include "services/recommend-service/training/candidates/ranking_trial.h"
#include "services/recommend-service/training/evaluation_protocol.h"
#include "services/recommend-service/training/interaction_log.h"

namespace clientele::recommend {

struct RankingExperimentOptions {
  std::string algorithm = "blend";  // see CandidateFamilyNames()
  Protocol protocol = {};           // of the inner split, and its seed for all that is random
  int k = 10;                       // 1 or more
  int threads = 2;
};

struct RankingExperiment {
  RankingReport report;
  std::string choice;  // what was chosen on the inner split
  std::size_t training_rows = 0;
  std::size_t held_out_rows = 0;
  std::int64_t training_customers = 0;
  std::int64_t candidate_items = 0;   // items of the training
  std::size_t unseen_item_rows = 0;   // held out, of items that the training does not have
  std::int64_t unseen_customers = 0;  // measured, without a row in the training
};

// `log` has each customer and item at most once (KeepFirstOfEachPair). INVALID_ARGUMENT for an
// unknown algorithm, a k below 1, or a training part without rows.
absl::StatusOr<RankingExperiment> RunRankingExperiment(const InteractionLog& log,
                                                       const frame::Split& split,
                                                       const RankingExperimentOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_RANKING_EXPERIMENT_H_
