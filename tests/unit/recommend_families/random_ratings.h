#ifndef CLIENTELE_TESTS_UNIT_RECOMMEND_FAMILIES_RANDOM_RATINGS_H_
#define CLIENTELE_TESTS_UNIT_RECOMMEND_FAMILIES_RANDOM_RATINGS_H_

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "services/recommend-service/training/ratings/rating_family.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

struct RatingSample {
  SparseMatrix ratings;
  std::vector<RatingQuery> queries;  // not in `ratings`
  std::vector<double> actual;
};

// 3 + b_u + b_i + q_i^T p_u of rank 2 with noise; `share` of the pairs are rated, a quarter of
// these asked for. With `telling`, customers rate mostly what they like.
inline RatingSample LowRankRatings(int customers, int items, double share, double noise,
                                   bool telling, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<double> vectors(static_cast<std::size_t>(customers + items) * 3);
  for (double& value : vectors) value = 0.7 * normal(random);
  RatingSample sample;
  std::vector<SparseEntry> entries;
  for (int u = 0; u < customers; ++u) {
    for (int i = 0; i < items; ++i) {
      const double* const p = &vectors[static_cast<std::size_t>(u) * 3];
      const double* const q = &vectors[static_cast<std::size_t>(customers + i) * 3];
      const double taste = p[1] * q[1] + p[2] * q[2];
      const double chance = telling ? 0.4 * share * std::exp(2 * taste) : share;
      if (uniform(random) >= chance) continue;
      const double rating = 3 + p[0] + q[0] + taste + noise * normal(random);
      if (uniform(random) < 0.25) {
        sample.queries.push_back({u, i});
        sample.actual.push_back(rating);
      } else {
        entries.push_back({u, i, static_cast<float>(rating)});
      }
    }
  }
  sample.ratings = CompressRows(entries, customers, items);
  return sample;
}

inline double RmseOf(const std::vector<double>& predicted, const std::vector<double>& actual) {
  double squares = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    squares += (predicted[i] - actual[i]) * (predicted[i] - actual[i]);
  }
  return std::sqrt(squares / static_cast<double>(actual.size()));
}

inline double RmseOf(const RatingFamily& family, const RatingSample& sample) {
  const auto predicted = family.Predict({.ratings = sample.ratings, .seed = 3}, sample.queries);
  return predicted.ok() ? RmseOf(*predicted, sample.actual) : INFINITY;
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_UNIT_RECOMMEND_FAMILIES_RANDOM_RATINGS_H_
