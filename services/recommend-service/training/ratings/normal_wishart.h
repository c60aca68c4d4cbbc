#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_NORMAL_WISHART_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_NORMAL_WISHART_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"

#include "services/recommend-service/training/ratings/random_draws.h"

namespace clientele::recommend {

// A normal distribution of n dimensions.
struct NormalParameters {
  std::vector<double> mean;       // n
  std::vector<double> precision;  // n x n, row-major, symmetric
};

// One draw of the parameters behind `vectors` ([count, dimensions], row-major, count >= 1) from
// their posterior, with the prior
//
//   precision ~ Wishart(I, dimensions),   mean | precision ~ N(0, (prior_rows precision)^-1)
//
// (Salakhutdinov, Mnih, Bayesian Probabilistic Matrix Factorization using MCMC, ICML 2008,
// equation 14). The Wishart draw is Bartlett's.
NormalParameters DrawNormalParameters(absl::Span<const double> vectors, std::size_t dimensions,
                                      double prior_rows, RandomDraws& random);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_NORMAL_WISHART_H_
