#include "services/recommend-service/training/ratings/baseline_ratings.h"

#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/recommend_families/random_ratings.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("one customer's biases solve the ridge regression by hand") {
  // Ratings 5 and 1 of one customer: mean 3, so b_u = 0 and b_i = 2 / 6, -2 / 6.
  const SparseMatrix ratings = CompressRows(std::vector<SparseEntry>{{0, 0, 5}, {0, 1, 1}}, 2, 3);
  const auto predicted = BaselineRatings().Predict(
      {.ratings = ratings}, std::vector<RatingQuery>{{0, 0}, {0, 1}, {0, 2}, {1, 1}});
  REQUIRE(predicted.ok());
  CHECK((*predicted)[0] == Approx(3 + 2.0 / 6));
  CHECK((*predicted)[1] == Approx(3 - 2.0 / 6));
  CHECK((*predicted)[2] == Approx(3));
  CHECK((*predicted)[3] == Approx(3 - 2.0 / 6));
}

TEST_CASE("biases leave no gradient of the penalized squared error") {
  const RatingSample sample = LowRankRatings(20, 15, 0.5, 0.3, false, 5);
  std::vector<RatingQuery> all;
  for (std::int32_t u = 0; u < 20; ++u) {
    for (std::int32_t i = 0; i < 15; ++i) all.push_back({u, i});
  }
  const auto predicted = BaselineRatings().Predict({.ratings = sample.ratings}, all);
  REQUIRE(predicted.ok());
  double mean = 0;
  for (const float rating : sample.ratings.value) mean += rating;
  mean /= static_cast<double>(sample.ratings.value.size());
  // sum over a customer's ratings of (r - prediction) = 5 b_u, and b_u - b_v = what predictions of
  // one item differ by.
  std::vector<double> fives(20, 0);
  for (std::int64_t u = 0; u < 20; ++u) {
    for (std::size_t e = 0; e < sample.ratings.Columns(u).size(); ++e) {
      const auto i = static_cast<std::size_t>(sample.ratings.Columns(u)[e]);
      fives[static_cast<std::size_t>(u)] +=
          sample.ratings.Values(u)[e] - (*predicted)[static_cast<std::size_t>(u) * 15 + i];
    }
  }
  for (std::size_t u = 1; u < 20; ++u) {
    CHECK((fives[u] - fives[0]) / 5 == Approx((*predicted)[u * 15] - (*predicted)[0]).margin(1e-4));
  }
}

}  // namespace
}  // namespace clientele::recommend
