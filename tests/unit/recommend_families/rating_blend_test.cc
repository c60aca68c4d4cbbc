#include "services/recommend-service/training/ratings/rating_blend.h"

#include <memory>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/ratings/baseline_ratings.h"
#include "services/recommend-service/training/ratings/sgd_factorization.h"
#include "tests/unit/recommend_families/random_ratings.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("weights of two predictions are the least squares of the normal equations") {
  const std::vector<std::vector<double>> x = {{1, 2, 4, 3, 0}, {0, 1, 1, 3, -1}};
  std::vector<double> y;
  for (std::size_t i = 0; i < 5; ++i) y.push_back(0.7 * x[0][i] + 0.2 * x[1][i] + 9);
  const auto weights = StackingWeights(x, y, 0);
  CHECK(weights[0] == Approx(0.7).epsilon(1e-6));
  CHECK(weights[1] == Approx(0.2).epsilon(1e-6));
}

TEST_CASE("a prediction that would weigh less than nothing weighs nothing") {
  const std::vector<std::vector<double>> x = {{1, 2, 4, 3, 0}, {0, 1, 1, 3, -1}};
  std::vector<double> y;
  for (std::size_t i = 0; i < 5; ++i) y.push_back(1.2 * x[0][i] - 0.3 * x[1][i]);
  const auto weights = StackingWeights(x, y, 0);
  CHECK(weights[1] == 0);
  // The regression on the first alone: covariance over variance.
  double covariance = 0, variance = 0, mean_y = 0;
  for (const double value : y) mean_y += value / 5;
  for (std::size_t i = 0; i < 5; ++i) {
    covariance += (x[0][i] - 2) * (y[i] - mean_y);
    variance += (x[0][i] - 2) * (x[0][i] - 2);
  }
  CHECK(weights[0] == Approx(covariance / variance));
}

TEST_CASE("constant predictions share the weight that the penalty gives them") {
  const auto weights = StackingWeights(std::vector<std::vector<double>>{{3, 3, 3}, {3, 3, 3}},
                                       std::vector<double>{3, 3, 3}, 0.1);
  CHECK(weights[0] == Approx(0.5));
  CHECK(weights[1] == Approx(0.5));
}

TEST_CASE("a blend is not worse than its best member, whatever the threads") {
  const RatingSample sample = LowRankRatings(150, 80, 0.4, 0.3, false, 13);
  const auto good = std::make_shared<SgdFactorization>(
      SgdFactorizationOptions{.factors = 10, .epochs = 100, .penalty = 0.03});
  const RatingBlend blend({std::make_shared<BaselineRatings>(), good});
  CHECK(RmseOf(blend, sample) < 1.01 * RmseOf(*good, sample));
  const auto one = blend.Predict({.ratings = sample.ratings, .threads = 1}, sample.queries);
  const auto two = blend.Predict({.ratings = sample.ratings, .threads = 2}, sample.queries);
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(*one == *two);
}

}  // namespace
}  // namespace clientele::recommend
