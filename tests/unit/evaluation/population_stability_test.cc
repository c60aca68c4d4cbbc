#include "common/evaluation/population_stability.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;

double IndexOf(const std::vector<double>& expected, const std::vector<double>& actual) {
  const auto index = PopulationStabilityIndex(expected, actual);
  REQUIRE(index.ok());
  return *index;
}

TEST_CASE("the population stability index of hand-computed shares") {
  // (0.25 - 0.5) ln 0.5 + (0.75 - 0.5) ln 1.5 = 0.173287 + 0.101366
  CHECK(IndexOf({50, 50}, {25, 75}) == Approx(0.274653).epsilon(1e-5));
  // (0.3 - 0.2) ln 1.5 + 0 + (0.2 - 0.3) ln (2/3) = 2 * 0.1 * 0.405465
  CHECK(IndexOf({2, 5, 3}, {30, 50, 20}) == Approx(0.081093).epsilon(1e-5));
  // An empty bin counts as a share of 0.0001: (0.0001 - 0.5) ln 0.0002 + (1 - 0.5) ln 2
  CHECK(IndexOf({1, 1}, {0, 7}) == Approx(4.604318).epsilon(1e-5));
  CHECK(IndexOf({3, 0, 4}, {6, 0, 8}) == 0);
}

TEST_CASE("the index is symmetric, and counts are as good as shares") {
  CHECK(IndexOf({1, 2, 3}, {3, 1, 1}) == Approx(IndexOf({3, 1, 1}, {1, 2, 3})));
  CHECK(IndexOf({10, 20, 30}, {3, 1, 1}) == Approx(IndexOf({1, 2, 3}, {0.6, 0.2, 0.2})));
}

TEST_CASE("rows of one distribution give an index near (bins - 1) / rows") {
  std::mt19937 random(1);
  constexpr int kBins = 10, kRows = 500, kTrials = 400;
  double sum = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> actual(kBins, 0);
    for (int row = 0; row < kRows; ++row) actual[random() % kBins] += 1;
    sum += IndexOf(std::vector<double>(kBins, 1), actual);
  }
  CHECK(sum / kTrials == Approx(static_cast<double>(kBins - 1) / kRows).epsilon(0.1));
}

TEST_CASE("what is no pair of distributions is refused") {
  CHECK(!PopulationStabilityIndex({1, 2}, {1}).ok());
  CHECK(!PopulationStabilityIndex({0, 0}, {1, 1}).ok());
  CHECK(!PopulationStabilityIndex({1, 1}, {-1, 2}).ok());
  CHECK(!PopulationStabilityIndex({1, std::numeric_limits<double>::quiet_NaN()}, {1, 2}).ok());
  CHECK(!PopulationStabilityIndex({}, {}).ok());
}

}  // namespace
}  // namespace clientele::evaluation
