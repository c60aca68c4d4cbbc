#include "common/evaluation/isotonic_regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;
using Doubles = std::vector<double>;

TEST_CASE("violators are pooled to their mean") {
  const auto curve = FitIsotonic(Doubles{1, 2, 3, 4, 5}, Doubles{1, 3, 2, 4, 4.5});
  REQUIRE(curve.ok());
  CHECK(curve->scores == Doubles{1, 2, 3, 4, 5});
  CHECK(curve->values == Doubles{1, 2.5, 2.5, 4, 4.5});
  const auto chain = FitIsotonic(Doubles{4, 3, 2, 1}, Doubles{0, 0, 1, 1});
  REQUIRE(chain.ok());
  CHECK(chain->scores == Doubles{1, 4});
  CHECK(chain->values == Doubles{0.5, 0.5});
}

TEST_CASE("rows of equal score are one point of their mean") {
  const auto curve = FitIsotonic(Doubles{1, 2, 2, 2, 3}, Doubles{0, 1, 0, 0, 1});
  REQUIRE(curve.ok());
  CHECK(curve->scores == Doubles{1, 2, 3});
  CHECK(curve->values[1] == Approx(1.0 / 3));
}

TEST_CASE("values lie on lines between the points and end with the ends'") {
  const IsotonicRegression curve{{0, 2, 4}, {0.1, 0.5, 0.9}};
  CHECK(curve.Value(1) == Approx(0.3));
  CHECK(curve.Value(2) == 0.5);
  CHECK(curve.Value(-7) == 0.1);
  CHECK(curve.Value(4) == 0.9);
  CHECK(curve.Value(9) == 0.9);
  CHECK(std::isnan(curve.Value(std::numeric_limits<double>::quiet_NaN())));
  CHECK(std::isnan(IsotonicRegression().Value(1)));
}

// max over i <= k of min over j >= k of the mean of rows i to j: the least squares' closed form.
double MinMax(const Doubles& targets, std::size_t k) {
  double best = -1e9;
  for (std::size_t i = 0; i <= k; ++i) {
    double least = 1e9;
    for (std::size_t j = k; j < targets.size(); ++j) {
      double sum = 0;
      for (std::size_t m = i; m <= j; ++m) sum += targets[m];
      least = std::min(least, sum / static_cast<double>(j - i + 1));
    }
    best = std::max(best, least);
  }
  return best;
}

TEST_CASE("random rows give the closed form's values") {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    const std::size_t rows = 1 + random() % 25;
    Doubles scores(rows), targets(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      scores[i] = static_cast<double>(i) * 1.5 - 3;
      targets[i] = static_cast<double>(random() % 2) + static_cast<double>(i) * 0.01;
    }
    std::vector<std::size_t> order(rows);
    for (std::size_t i = 0; i < rows; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    Doubles shuffled_scores, shuffled_targets;
    for (const std::size_t i : order) {
      shuffled_scores.push_back(scores[i]);
      shuffled_targets.push_back(targets[i]);
    }
    const auto curve = FitIsotonic(shuffled_scores, shuffled_targets);
    REQUIRE(curve.ok());
    CHECK(std::is_sorted(curve->values.begin(), curve->values.end()));
    for (std::size_t k = 0; k < rows; ++k) {
      CHECK(curve->Value(scores[k]) == Approx(MinMax(targets, k)));
    }
  }
}

TEST_CASE("rows that have no isotonic curve are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(absl::IsInvalidArgument(FitIsotonic(Doubles{}, Doubles{}).status()));
  CHECK(absl::IsInvalidArgument(FitIsotonic(Doubles{1}, Doubles{}).status()));
  CHECK(absl::IsInvalidArgument(FitIsotonic(Doubles{nan}, Doubles{1}).status()));
  CHECK(absl::IsInvalidArgument(FitIsotonic(Doubles{1}, Doubles{nan}).status()));
}

}  // namespace
}  // namespace clientele::evaluation
