#include "services/recommend-service/training/ratings/sgd_factorization.h"

#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/ratings/baseline_ratings.h"
#include "services/recommend-service/training/ratings/random_draws.h"
#include "services/recommend-service/training/ratings/rating_scale.h"
#include "tests/unit/recommend_families/random_ratings.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// SVD++ as it is written in the paper: after each rating every y_j of the customer makes its step.
std::vector<double> PlainSvdPlusPlus(const RatingSample& sample,
                                     const SgdFactorizationOptions& options, std::uint64_t seed) {
  const SparseMatrix& ratings = sample.ratings;
  const RatingScale scale(ratings);
  const auto k = static_cast<std::size_t>(options.factors);
  const auto customers = static_cast<std::size_t>(ratings.rows);
  const auto items = static_cast<std::size_t>(ratings.columns);
  RandomDraws random(seed);
  const auto start = [&](std::size_t rows) {
    std::vector<std::vector<double>> values(rows, std::vector<double>(k));
    for (auto& row : values) {
      for (double& value : row) value = options.initial_scale * random.Normal();
    }
    return values;
  };
  const auto shuffle = [&](auto& values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[random.Below(i)]);
  };
  auto p = start(customers), q = start(items), y = start(items);
  std::vector<double> b_u(customers, 0), b_i(items, 0);
  const auto sum_of = [&](std::size_t u) {
    std::vector<double> sum(k, 0);
    const auto rated = ratings.Columns(static_cast<std::int64_t>(u));
    for (const std::int32_t j : rated) {
      for (std::size_t f = 0; f < k; ++f) {
        sum[f] += y[static_cast<std::size_t>(j)][f] / std::sqrt(static_cast<double>(rated.size()));
      }
    }
    return sum;
  };
  const auto predict = [&](std::size_t u, std::size_t i) {
    const auto sum = sum_of(u);
    double value = b_u[u] + b_i[i];
    for (std::size_t f = 0; f < k; ++f) value += (p[u][f] + sum[f]) * q[i][f];
    return value;
  };
  std::vector<std::size_t> order(customers);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const double rate = options.learning_rate, penalty = options.penalty;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    shuffle(order);
    for (const std::size_t u : order) {
      const auto rated = ratings.Columns(static_cast<std::int64_t>(u));
      if (rated.empty()) continue;
      std::vector<std::size_t> own(rated.size());
      std::iota(own.begin(), own.end(), std::size_t{0});
      shuffle(own);
      for (const std::size_t at : own) {
        const auto i = static_cast<std::size_t>(rated[at]);
        const double error =
            scale.Standardized(ratings.Values(static_cast<std::int64_t>(u))[at]) - predict(u, i);
        const auto sum = sum_of(u);
        b_u[u] += rate * (error - penalty * b_u[u]);
        b_i[i] += rate * (error - penalty * b_i[i]);
        const auto item = q[i];
        for (std::size_t f = 0; f < k; ++f) {
          q[i][f] += rate * (error * (p[u][f] + sum[f]) - penalty * item[f]);
          p[u][f] += rate * (error * item[f] - penalty * p[u][f]);
          for (const std::int32_t j : rated) {
            double& own_y = y[static_cast<std::size_t>(j)][f];
            own_y += rate * (error * item[f] / std::sqrt(static_cast<double>(rated.size())) -
                             penalty * own_y);
          }
        }
      }
    }
  }
  std::vector<double> predicted;
  for (const RatingQuery& query : sample.queries) {
    predicted.push_back(scale.Rating(
        predict(static_cast<std::size_t>(query.customer), static_cast<std::size_t>(query.item))));
  }
  return predicted;
}

TEST_CASE("the shared steps of the implicit terms are those of each term by itself") {
  const RatingSample sample = LowRankRatings(12, 10, 0.6, 0.3, false, 2);
  const SgdFactorizationOptions options{.factors = 3,
                                        .epochs = 8,
                                        .learning_rate = 0.05,
                                        .penalty = 1,
                                        .initial_scale = 0.5,
                                        .implicit_terms = true};
  const auto predicted =
      SgdFactorization(options).Predict({.ratings = sample.ratings, .seed = 77}, sample.queries);
  REQUIRE(predicted.ok());
  const auto expected = PlainSvdPlusPlus(sample, options, 77);
  REQUIRE(!expected.empty());
  for (std::size_t q = 0; q < expected.size(); ++q) {
    CHECK((*predicted)[q] == Approx(expected[q]).epsilon(1e-4));
  }
}

TEST_CASE("factors find what biases cannot say") {
  const RatingSample sample = LowRankRatings(150, 80, 0.4, 0.3, false, 9);
  const double baseline = RmseOf(BaselineRatings(), sample);
  CHECK(RmseOf(SgdFactorization({.factors = 10, .epochs = 150, .penalty = 0.03}), sample) <
        0.75 * baseline);
}

}  // namespace
}  // namespace clientele::recommend
