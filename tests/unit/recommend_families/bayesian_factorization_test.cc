#include "services/recommend-service/training/ratings/bayesian_factorization.h"

#include <cmath>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/ratings/baseline_ratings.h"
#include "tests/unit/recommend_families/random_ratings.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("the sampler comes close to the noise, which nothing can predict") {
  const RatingSample sample = LowRankRatings(200, 120, 0.35, 0.4, false, 21);
  const double explicit_only = RmseOf(
      BayesianFactorization({.factors = 4, .burn_in = 40, .samples = 80, .implicit_terms = false}),
      sample);
  CHECK(explicit_only > 0.38);
  CHECK(explicit_only < 0.45);
  CHECK(RmseOf(BayesianFactorization({.factors = 4, .burn_in = 40, .samples = 80}), sample) <
        1.03 * explicit_only);
  CHECK(RmseOf(BaselineRatings(), sample) > 1.5 * explicit_only);
}

TEST_CASE("implicit terms say what few ratings do not where customers rate what they like") {
  const RatingSample sample = LowRankRatings(600, 300, 0.06, 0.8, true, 8);
  const double explicit_only = RmseOf(
      BayesianFactorization({.factors = 4, .burn_in = 40, .samples = 100, .implicit_terms = false}),
      sample);
  CHECK(RmseOf(BayesianFactorization({.factors = 4, .burn_in = 40, .samples = 100}), sample) <
        0.985 * explicit_only);
}

// With one item and no factors to speak of, a customer's rating is mu + b_u + b_i: the mean of many
// ratings of one item is known well, and a customer without ratings gets it.
TEST_CASE("a customer without ratings gets the mean of the item, between the training's ratings") {
  std::vector<SparseEntry> entries;
  for (std::int32_t u = 0; u < 200; ++u) {
    entries.push_back({u, 0, u % 2 == 0 ? 4.0f : 5.0f});
    entries.push_back({u, 1, u % 2 == 0 ? 1.0f : 2.0f});
  }
  const SparseMatrix ratings = CompressRows(entries, 201, 2);
  const auto predicted = BayesianFactorization({.factors = 2, .burn_in = 50, .samples = 300})
                             .Predict({.ratings = ratings, .seed = 5},
                                      std::vector<RatingQuery>{{200, 0}, {200, 1}, {1, 0}, {1, 1}});
  REQUIRE(predicted.ok());
  CHECK((*predicted)[0] == Approx(4.5).margin(0.15));
  CHECK((*predicted)[1] == Approx(1.5).margin(0.15));
  CHECK((*predicted)[2] == Approx(5).margin(0.15));
  CHECK((*predicted)[3] == Approx(2).margin(0.15));
  for (const double value : *predicted) CHECK((value >= 1 && value <= 5));
}

TEST_CASE("a scale that is stretched stretches the predictions, and nothing else") {
  RatingSample sample = LowRankRatings(60, 40, 0.4, 0.4, false, 31);
  const BayesianFactorization family({.factors = 3, .burn_in = 10, .samples = 20});
  const auto before = family.Predict({.ratings = sample.ratings, .seed = 2}, sample.queries);
  for (float& rating : sample.ratings.value) rating = 8 * rating - 16;
  const auto after = family.Predict({.ratings = sample.ratings, .seed = 2}, sample.queries);
  REQUIRE(before.ok());
  REQUIRE(after.ok());
  for (std::size_t q = 0; q < before->size(); ++q) {
    CHECK((*after)[q] == Approx(8 * (*before)[q] - 16).margin(0.05));
  }
}

}  // namespace
}  // namespace clientele::recommend
