#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_SGD_FACTORIZATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_SGD_FACTORIZATION_H_

// r_ui = mu + b_u + b_i + q_i^T (p_u + |N(u)|^-1/2 sum_{j in N(u)} y_j) by stochastic gradient
// descent; N(u) are the items that the customer rated. Without the implicit terms y it is the
// factorization of Koren, Bell, Volinsky, Matrix Factorization Techniques for Recommender Systems,
// IEEE Computer 2009; with them SVD++ (Koren, Factorization Meets the Neighborhood, KDD 2008,
// equation 15).
//
// An epoch goes through the customers in random order, each one's ratings in random order. All y_j
// of a customer get the same gradient, so that the steps of a customer are y_j = c y_j + d with c
// and d kept for all j together: exact, in time that does not depend on |N(u)|.

#include "services/recommend-service/training/ratings/rating_family.h"

namespace clientele::recommend {

struct SgdFactorizationOptions {
  std::int64_t factors = 200;
  int epochs = 50;
  double learning_rate = 0.007;
  double penalty = 0.1;        // of every parameter
  double initial_scale = 0.1;  // standard deviation of the random start
  bool implicit_terms = false;
};

// The settings of SVD++.
SgdFactorizationOptions SvdPlusPlus();

class SgdFactorization final : public RatingFamily {
 public:
  explicit SgdFactorization(SgdFactorizationOptions options = {}) : options_(options) {}
  std::string Name() const override { return options_.implicit_terms ? "svd++" : "sgd"; }
  absl::StatusOr<std::vector<double>> Predict(const RatingTraining& training,
                                              absl::Span<const RatingQuery> queries) const override;

 private:
  const SgdFactorizationOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_SGD_FACTORIZATION_H_
