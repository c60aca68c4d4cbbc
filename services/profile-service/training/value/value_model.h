#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_VALUE_MODEL_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_VALUE_MODEL_H_

// Who will buy in the weeks to come, and for how much, learned from a history of purchases alone.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const ValueModel model, TrainValue(history, day, {.days = 91}));
//   CLIENTELE_ASSIGN_OR_RETURN(const ValuePredictions told, PredictValue(model, history, day));
//
// The model looks back: it learns from what customers had done by several earlier days, and did in
// as many days after each of them as are asked for; all of that lies before `day`. Whether is told
// by logistic regression and trees (table_model.h), how much by trees of least absolute error,
// which give medians: of those who will hardly buy, 0. One training at a time in a process.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/modeling/trees/tree_ensemble.h"
#include "common/training/tables/table_model.h"
#include "services/profile-service/training/value/purchase_history.h"

namespace clientele::profile {

struct ValueOptions {
  int days = 91;  // how far ahead is asked, 7 to 730
  // Earlier days that are learned from, as many as the history allows: `days` before the last one,
  // and then a third of `days` apart.
  int origins = 4;
  std::uint64_t seed = 1;
  int threads = 1;
};

struct ValueModel {
  torch::jit::Module buys;
  torch::jit::Module buys_by_recency_and_frequency;
  modeling::TreeEnsemble amount;
  std::vector<training::CandidateScore> candidates;  // of `buys`, out of fold
  int days = 0;
  std::size_t rows = 0;  // customers on the days that were learned from
  int origins = 0;
};

// Of the customers who bought on a day or before, in the history's order.
struct ValuePredictions {
  std::vector<std::size_t> customers;
  std::vector<double> buys;   // probability
  std::vector<double> spend;  // amount, 0 and above
  // By the models of repeat buying alone (BG/NBD, gamma-gamma).
  std::vector<double> alive;
  std::vector<double> expected_purchases;
  std::vector<double> expected_spend;
  // The probability by recency and frequency alone.
  std::vector<double> buys_by_recency_and_frequency;
};

// INVALID_ARGUMENT for options out of range, and for a history that begins less than twice `days`
// before `day`, has no customer who bought twice, or in which all or none bought again.
absl::StatusOr<ValueModel> TrainValue(const PurchaseHistory& history, std::int32_t day,
                                      const ValueOptions& options);

absl::StatusOr<ValuePredictions> PredictValue(const ValueModel& model,
                                              const PurchaseHistory& history, std::int32_t day);

struct ValueScore {
  std::size_t customers = 0;
  std::size_t buyers = 0;  // of them, in the days after
  double auc = 0;
  double auc_recency_frequency = 0;
  double auc_bg_nbd = 0;  // by the expected number of purchases
  double mae = 0;         // of the amounts
  double mae_bg_nbd = 0;
  double mae_nothing = 0;  // of the amount 0 for everybody
};

// Trains on what happened up to the end of `day`, and compares with what did in the days after.
// The errors of both; FAILED_PRECONDITION where all or none bought then.
absl::StatusOr<ValueScore> EvaluateValue(const PurchaseHistory& history, std::int32_t day,
                                         const ValueOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VALUE_VALUE_MODEL_H_
