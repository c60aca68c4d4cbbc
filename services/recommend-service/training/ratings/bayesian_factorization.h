#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_BAYESIAN_FACTORIZATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_BAYESIAN_FACTORIZATION_H_

// The Bayesian factorization of ratings, by Gibbs sampling:
//
//   r_ui ~ N(mu + b_u + b_i + (p_u + s_u)^T (q_i + t_i), 1 / alpha)
//   (b_u, p_u) ~ N(m_U, L_U^-1),   (b_i, q_i) ~ N(m_I, L_I^-1)
//   s_u = |N(u)|^-1/2 sum_{j in N(u)} y_j,   t_i = |N(i)|^-1/2 sum_{v in N(i)} x_v
//
// with Normal-Wishart priors of (m, L) (Salakhutdinov, Mnih, ICML 2008) and gamma priors of alpha
// and of the precision of each dimension of y and x. The implicit terms s and t say what rating an
// item at all, or being rated by whom, tells (SVD++ for both sides: Rendle, Zhang, Koren, On the
// Difficulty of Evaluating Baselines, 2019); y and x have biases of their own in s_u0 and t_i0.
// Nothing needs tuning: the strength of every penalty is sampled.
//
// A sweep draws each (b_u, p_u) and (b_i, q_i) as a block, and y and x coordinate by coordinate
// (Rendle, Factorization Machines with libFM, TIST 2012, section 4.3), twice: with p_u fixed, and
// with p_u + s_u fixed. Either alone hardly moves where the other does (Yu, Meng, To Center or Not
// to Center: That Is Not the Question, JCGS 2011). A prediction is the mean
// of the samples' predictions after the burn-in.

#include "services/recommend-service/training/ratings/rating_family.h"

namespace clientele::recommend {

struct BayesianFactorizationOptions {
  std::int64_t factors = 24;  // K
  int burn_in = 50;           // sweeps that are thrown away
  int samples = 250;          // sweeps that are averaged; 1 or more
  bool implicit_terms = true;
};

class BayesianFactorization final : public RatingFamily {
 public:
  explicit BayesianFactorization(BayesianFactorizationOptions options = {}) : options_(options) {}
  std::string Name() const override {
    return options_.implicit_terms ? "bayesian" : "bayesian-explicit";
  }
  // A sweep takes O(ratings K^2 + (customers + items) K^3).
  absl::StatusOr<std::vector<double>> Predict(const RatingTraining& training,
                                              absl::Span<const RatingQuery> queries) const override;

 private:
  const BayesianFactorizationOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_BAYESIAN_FACTORIZATION_H_
