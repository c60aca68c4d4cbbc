#include "services/recommend-service/training/candidates/implicit_als.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>

#include "services/recommend-service/training/als_half_step.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/recommend_families/random_interactions.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("half a step makes the gradient of every row zero") {
  constexpr std::size_t kItems = 9, kFactors = 3;
  const SparseMatrix interactions = RandomInteractions(14, kItems, 2, 0.5, 0.3, 8);
  const auto x = DenseOf(interactions);
  const ImplicitLossWeights weights{0.3, 0.07, 0};
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  at::Tensor fixed = at::empty({kItems, kFactors}, at::kDouble);
  double* const q = fixed.data_ptr<double>();
  for (std::size_t i = 0; i < kItems * kFactors; ++i) q[i] = normal(random);
  const AlsSide solved =
      SolveAlsSide(ToAlsRows(interactions, at::kDouble), {fixed, {}}, 0, weights, 2);
  const double* const p = solved.factors.data_ptr<double>();
  for (std::size_t u = 0; u < x.size(); ++u) {
    const double observed =
        static_cast<double>(interactions.RowEntries(static_cast<std::int64_t>(u)));
    for (std::size_t k = 0; k < kFactors; ++k) {
      double gradient =
          weights.factor_penalty * weights.TotalWeight(observed, kItems) * p[u * kFactors + k];
      for (std::size_t i = 0; i < kItems; ++i) {
        double score = 0;
        for (std::size_t j = 0; j < kFactors; ++j)
          score += p[u * kFactors + j] * q[i * kFactors + j];
        gradient += (x[u][i] > 0 ? score - 1 : 0.3 * score) * q[i * kFactors + k];
      }
      CHECK(std::abs(gradient) < 1e-9);
    }
  }
}

TEST_CASE("the factorization prefers items of the customer's kind, whatever the threads") {
  const SparseMatrix interactions = RandomInteractions(60, 40, 4, 0.5, 0.05, 3);
  const ImplicitAls als({.factors = 8});
  const auto one = als.Fit({.interactions = interactions, .seed = 5, .threads = 1});
  const auto two = als.Fit({.interactions = interactions, .seed = 5, .threads = 2});
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  int right = 0, asked = 0;
  const auto x = DenseOf(interactions);
  for (int u = 0; u < 60; ++u) {
    auto scores = ScoresOf(**one, u, 40);
    CHECK(scores == ScoresOf(**two, u, 40));
    for (std::size_t i = 0; i < 40; ++i) {
      if (x[static_cast<std::size_t>(u)][i] > 0) scores[i] = -1e9f;
    }
    const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
    right += best % 4 == u % 4;
    ++asked;
  }
  CHECK(right >= asked * 8 / 10);
}

TEST_CASE("several starts are averaged") {
  const SparseMatrix interactions = RandomInteractions(30, 20, 2, 0.5, 0.3, 4);
  const auto fit = [&](int starts, std::uint64_t seed) {
    return *ImplicitAls({.factors = 4, .epochs = 3, .starts = starts})
                .Fit({.interactions = interactions, .seed = seed});
  };
  const auto both = fit(2, 9);
  const auto first = fit(1, 9);
  // Twice the mean less the first is the second: a factorization of the same objective.
  const auto mean = ScoresOf(*both, 0, 20), one = ScoresOf(*first, 0, 20);
  CHECK(mean != one);
  double difference = 0;
  for (std::size_t i = 0; i < 20; ++i) difference += std::abs(2 * (mean[i] - one[i]));
  CHECK(difference / 20 < 0.3);
}

}  // namespace
}  // namespace clientele::recommend
