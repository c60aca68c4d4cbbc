#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_IMPLICIT_ALS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_IMPLICIT_ALS_H_

// Weighted factorization of who touched what, without biases:
//
//   min  sum_{(u,i) observed} (1 - q_i^T p_u)^2 + c0 sum_{(u,i) unobserved} (q_i^T p_u)^2
//      + penalty (sum_u W_u |p_u|^2 + sum_i W_i |q_i|^2)
//
// with the rows' total weights W of core/ranking/collaborative_model.h: the penalty is scaled by
// frequency (Rendle, Krichene, Zhang, Koren, Revisiting the Performance of iALS on Item
// Recommendation Benchmarks, RecSys 2022). Alternating least squares in float32; the last half-step
// is the customers'.

#include <cstdint>

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

struct ImplicitAlsOptions {
  std::int64_t factors = 128;
  double unobserved_weight = 0.2;  // c0, above 0, to 1
  double penalty = 0.02;           // > 0
  int epochs = 12;                 // passes over both sides
  // Factorizations from different random starts whose predictions are averaged, 1 or more: local
  // minima differ, and their mean is better than each. One where scorers are compared.
  int starts = 1;
};

class ImplicitAls final : public CandidateFamily {
 public:
  explicit ImplicitAls(ImplicitAlsOptions options = {}) : options_(options) {}
  std::string Description() const override;
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  const ImplicitAlsOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_IMPLICIT_ALS_H_
