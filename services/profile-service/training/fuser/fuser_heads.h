#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_HEADS_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_HEADS_H_

// The scores of a fuser, learned by looking back: whether a customer will buy nothing in the days
// to come (churn), and for how much they will buy (value).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const FuserHeads heads, TrainHeads(past, {.features = names}));
//
// Churn is told by logistic regression and trees (table_model.h), calibrated on customers whom they
// were not trained on; the amount, of those who buy, by trees of the least squares of its
// logarithm. Value is the probability to buy times the amount. One training at a time in a process.

#include <cstdint>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/training/tables/table_model.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/training/fuser/look_back.h"

namespace clientele::profile {

// A customer of some company on an earlier day; only those who had bought before.
struct ScoredPast {
  std::size_t company = 0;
  const PastCustomer* past = nullptr;
};

struct HeadOptions {
  std::vector<BehaviorFeature> features = {};
  std::uint64_t seed = 1;
  int threads = 1;
};

struct FuserHeads {
  std::vector<BehaviorFeature> features;
  torch::jit::Module churn;   // a stacked module: float64 [B, features] -> probability, margin
  torch::jit::Module amount;  // trees: the logarithm of 1 + the amount
  double amount_scale = 1;    // makes their mean right
  // Out of fold.
  std::vector<training::CandidateScore> churn_scores;
  std::size_t churn_chosen = 0;
  double value_mae = 0;
  double spent_as_before_mae = 0;  // of what they spent in as many days up to now
  std::size_t rows = 0;
};

// INVALID_ARGUMENT for features that are none, and for fewer than 100 rows of each outcome.
absl::StatusOr<FuserHeads> TrainHeads(absl::Span<const ScoredPast> rows, int days,
                                      const HeadOptions& options);

// How well churn is told of these customers. FAILED_PRECONDITION with one outcome alone.
struct ChurnTold {
  double auc = 0;
  double calibration_error = 0;
};
absl::StatusOr<ChurnTold> EvaluateHeads(const FuserHeads& heads, absl::Span<const ScoredPast> rows);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_FUSER_FUSER_HEADS_H_
