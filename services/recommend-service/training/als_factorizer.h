#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ALS_FACTORIZER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ALS_FACTORIZER_H_

// Trains r_ui = mu + b_u + b_i + q_i^T p_u by alternating least squares over all
// customers x items pairs:
//
//   min  sum_{(u,i) observed} (r_ui - mu - b_u - b_i - q_i^T p_u)^2
//      + c0 sum_{(u,i) unobserved} (0 - mu - b_u - b_i - q_i^T p_u)^2
//      + lambda_f (sum_u W_u |p_u|^2 + sum_i W_i |q_i|^2)
//      + lambda_b (sum_u W_u b_u^2 + sum_i W_i b_i^2)
//
// with the rows' total weights W of core/collaborative_model.h.
// r is the preference of core/preference.h; what a customer never touched counts
// as 0 with the small weight c0. mu is the weighted mean of all pairs. With one side
// fixed the other is a ridge regression for each row, whose normal equations
// (core/fold_in.h) need one Gram matrix of the whole fixed side and then the
// row's own entries only: Hu, Koren, Volinsky, Collaborative Filtering for Implicit
// Feedback Datasets, ICDM 2008, with the biases of Koren, Bell, Volinsky 2009 as one
// more column. The systems are solved by torch's batched Cholesky in float64.
//
// A pass solves the items, then the customers; the last half-step is the
// customers', so that folding a customer in later gives their trained factors.
//
// c0 = 0 is the classical factorization of explicit ratings.

#include <cstdint>
#include <optional>

#include "services/recommend-service/core/training/training.h"
#include "services/recommend-service/training/hybrid/item_link_training.h"

namespace clientele::recommend {

// The defaults were chosen by recall_at_10 on a year of a retailer's invoices (4,383
// customers, 4,031 items, 417,534 lines: 0.146 against 0.075 by popularity) and on the
// sample company (2,000 customers, 300 items: 0.175 against 0.086).
struct AlsOptions {
  double unobserved_weight = 0.2;  // c0, 0 to 1
  double factor_penalty = 0.015;   // lambda_f, > 0
  double bias_penalty = 0.05;      // lambda_b, > 0
  // Standard deviation of the random start of q.
  double initial_scale = 0.1;
  // Hold one interaction of each customer out, train on the rest, measure, and
  // only then train on everything. Off: `metrics` holds the training's own rmse.
  bool evaluate = true;
  // Of the numerical work; 0: those that the calling thread has.
  int threads = 0;
  // Links between the items to train beside; nullopt: none.
  std::optional<ItemLinkOptions> links = {};
};

// Metrics, where `evaluate` is on and somebody touched two items:
//   rmse               of the held-out preferences against the prediction
//   recall_at_10       share of the held-out items among the customer's first ten
//   ndcg_at_10         1 / log2(1 + rank) of the held-out item, mean; 0 below ten
//   popularity_recall_at_10, popularity_ndcg_at_10   the same for the items
//                      that most customers touched: what any model must beat
//   held_out_customers, training_rmse
// The held-out item is the one that the customer touched last for the first time;
// the ten are of the items that the customer had not touched before.
//
// Immutable, thread-safe.
class AlsFactorizer final : public Factorizer {
 public:
  explicit AlsFactorizer(AlsOptions options = {}) : options_(options) {}

  absl::StatusOr<Factorization> Train(const TrainingSet& set, const TrainingOptions& options,
                                      const TrainingProgress& progress) const override;

 private:
  const AlsOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ALS_FACTORIZER_H_
