#include "services/recommend-service/training/candidates/ease.h"

#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/recommend_families/random_interactions.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// The weights of one item by coordinate descent on its ridge regression without itself: no inverse.
std::vector<double> RegressionOnOthers(const std::vector<std::vector<double>>& x, std::size_t item,
                                       double penalty) {
  const std::size_t items = x.front().size();
  std::vector<double> weights(items, 0);
  for (int pass = 0; pass < 3000; ++pass) {
    for (std::size_t j = 0; j < items; ++j) {
      if (j == item) continue;
      double target = 0, curvature = penalty;
      for (const auto& row : x) {
        double rest = row[item];
        for (std::size_t other = 0; other < items; ++other) {
          if (other != j) rest -= row[other] * weights[other];
        }
        target += row[j] * rest;
        curvature += row[j] * row[j];
      }
      weights[j] = target / curvature;
    }
  }
  return weights;
}

TEST_CASE("two items have the weights of the closed form") {
  // Counts 3 and 2, together 2, penalty 1: each weight is 2 / (count of the other + 1).
  const SparseMatrix interactions =
      CompressRows(std::vector<SparseEntry>{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {3, 1}}, 4, 2);
  const auto scorer = Ease({.penalty = 1}).Fit({.interactions = interactions});
  REQUIRE(scorer.ok());
  // Customer 2 has item 0 alone, customer 3 item 1 alone.
  CHECK(ScoresOf(**scorer, 2, 2)[1] == Approx(2.0 / (3 + 1)));
  CHECK(ScoresOf(**scorer, 2, 2)[0] == 0);
  CHECK(ScoresOf(**scorer, 3, 2)[0] == Approx(2.0 / (3 + 1)));
}

TEST_CASE("each item's weights are the ridge regression on all others") {
  const SparseMatrix interactions = RandomInteractions(25, 8, 2, 0.6, 0.4, 5);
  const auto x = DenseOf(interactions);
  const auto scorer = Ease({.penalty = 3}).Fit({.interactions = interactions, .threads = 2});
  REQUIRE(scorer.ok());
  for (std::size_t item = 0; item < 8; ++item) {
    const std::vector<double> weights = RegressionOnOthers(x, item, 3);
    for (std::size_t u = 0; u < x.size(); ++u) {
      double expected = 0;
      for (std::size_t j = 0; j < 8; ++j) expected += x[u][j] * weights[j];
      CHECK(ScoresOf(**scorer, static_cast<std::int64_t>(u), 8)[item] ==
            Approx(expected).margin(1e-5));
    }
  }
}

TEST_CASE("beyond the largest number of items the least popular are not modeled") {
  const SparseMatrix interactions =
      CompressRows(std::vector<SparseEntry>{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}, 3, 3);
  const auto scorer = Ease({.penalty = 1, .max_items = 2}).Fit({.interactions = interactions});
  REQUIRE(scorer.ok());
  const auto scores = ScoresOf(**scorer, 0, 3);
  CHECK(scores[0] == 0);
  CHECK(scores[1] > 0);
  CHECK(scores[2] > 0);
}

}  // namespace
}  // namespace clientele::recommend
