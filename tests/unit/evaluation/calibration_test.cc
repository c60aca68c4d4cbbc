#include "common/evaluation/calibration.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;
using Doubles = std::vector<double>;
using Ints = std::vector<int>;

TEST_CASE("the error of two equal-width bins equals that counted by hand") {
  // [0, 0.5): mean 0.2, one of two positive; [0.5, 1]: mean 0.8, all three positive.
  const Doubles p = {0.1, 0.9, 0.3, 0.5, 1.0};
  const Ints y = {0, 1, 1, 1, 1};
  CHECK(*ExpectedCalibrationError(p, y, {.bins = 2}) == Approx((2 * 0.3 + 3 * 0.2) / 5));
  const auto bins = ReliabilityBins(p, y, {.bins = 2});
  REQUIRE(bins.ok());
  REQUIRE(bins->size() == 2);
  CHECK(bins->at(1).rows == 3);
  CHECK(bins->at(1).mean_probability == Approx(0.8));
  CHECK(bins->at(0).positive_share == 0.5);
}

TEST_CASE("bins of equal mass hold as many rows each, equal probabilities together") {
  const Doubles p = {0.91, 0.92, 0.93, 0.94};
  const Ints y = {0, 1, 1, 1};
  CHECK(*ExpectedCalibrationError(p, y, {.bins = 2, .binning = Binning::kEqualMass}) ==
        Approx((2 * (0.915 - 0.5) + 2 * (1 - 0.935)) / 4));
  const auto tied =
      ReliabilityBins(Doubles{0.5, 0.5, 0.5, 0.7}, y, {.bins = 4, .binning = Binning::kEqualMass});
  REQUIRE(tied.ok());
  REQUIRE(tied->size() == 2);
  CHECK(tied->front().rows == 3);
}

TEST_CASE("the order of the rows changes no calibration error") {
  std::mt19937 random(2);
  std::vector<std::pair<double, int>> rows;
  for (int i = 0; i < 300; ++i) {
    rows.push_back({static_cast<double>(random() % 20) / 20, static_cast<int>(random() % 2)});
  }
  for (const Binning binning : {Binning::kEqualWidth, Binning::kEqualMass}) {
    double first = -1;
    for (int round = 0; round < 5; ++round) {
      std::shuffle(rows.begin(), rows.end(), random);
      Doubles p;
      Ints y;
      for (const auto& [probability, label] : rows) {
        p.push_back(probability);
        y.push_back(label);
      }
      const auto error = ExpectedCalibrationError(p, y, {.bins = 7, .binning = binning});
      REQUIRE(error.ok());
      if (first >= 0) CHECK(*error == Approx(first));
      first = *error;
    }
  }
}

TEST_CASE("random equal-width errors equal a loop over the bins") {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> uniform;
  Doubles p(500);
  Ints y(500);
  for (std::size_t i = 0; i < p.size(); ++i) {
    p[i] = uniform(random);
    y[i] = uniform(random) < p[i] * p[i] ? 1 : 0;
  }
  double error = 0;
  for (int bin = 0; bin < 10; ++bin) {
    double gap = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (p[i] >= bin / 10.0 && p[i] < (bin + 1) / 10.0) gap += p[i] - y[i];
    }
    error += std::abs(gap) / 500;
  }
  CHECK(*ExpectedCalibrationError(p, y, {.bins = 10}) == Approx(error));
  CHECK(error > 0.05);
}

TEST_CASE("the Brier score is the mean squared distance from what happened") {
  CHECK(*BrierScore(Doubles{0.8, 0.3, 0}, Ints{1, 0, 1}) == Approx((0.04 + 0.09 + 1) / 3));
}

TEST_CASE("what is no probability, no label or no bin is refused") {
  CHECK(absl::IsInvalidArgument(BrierScore(Doubles{-0.1}, Ints{0}).status()));
  CHECK(absl::IsInvalidArgument(BrierScore(Doubles{0.5}, Ints{3}).status()));
  CHECK(absl::IsInvalidArgument(ExpectedCalibrationError(Doubles{}, Ints{}).status()));
  CHECK(absl::IsInvalidArgument(
      ExpectedCalibrationError(Doubles{0.5}, Ints{1}, {.bins = 0}).status()));
}

}  // namespace
}  // namespace clientele::evaluation
