#include "common/evaluation/platt_scaling.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "common/evaluation/calibration.h"

namespace clientele::evaluation {
namespace {

using Catch::Approx;
using Doubles = std::vector<double>;
using Ints = std::vector<int>;

// Rows whose probability is 1 / (1 + exp(-(slope * score + intercept))).
void Draw(double slope, double intercept, double scale, int rows, Doubles& scores, Ints& labels) {
  std::mt19937 random(9);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (int i = 0; i < rows; ++i) {
    const double score = scale * normal(random);
    scores.push_back(score);
    labels.push_back(uniform(random) < 1 / (1 + std::exp(-(slope * score + intercept))) ? 1 : 0);
  }
}

TEST_CASE("the curve behind the labels is found, whatever the scale of the scores") {
  for (const double scale : {1e-6, 1.0, 1e6}) {
    Doubles scores;
    Ints labels;
    Draw(1.5 / scale, -0.5, scale, 20000, scores, labels);
    const auto scaling = FitPlattScaling(scores, labels);
    REQUIRE(scaling.ok());
    CHECK(scaling->slope * scale == Approx(1.5).epsilon(0.05));
    CHECK(scaling->intercept == Approx(-0.5).epsilon(0.1));
  }
}

TEST_CASE("the gradient of the likelihood vanishes at what is fitted") {
  Doubles scores;
  Ints labels;
  Draw(0.7, 0.3, 2, 50, scores, labels);
  const auto scaling = FitPlattScaling(scores, labels);
  REQUIRE(scaling.ok());
  double positives = 0;
  for (const int label : labels) positives += label;
  const double negatives = 50 - positives;
  double of_slope = 0, of_intercept = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double target = labels[i] == 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2);
    of_slope += (scaling->Probability(scores[i]) - target) * scores[i];
    of_intercept += scaling->Probability(scores[i]) - target;
  }
  CHECK(of_slope == Approx(0).margin(1e-5));
  CHECK(of_intercept == Approx(0).margin(1e-5));
}

TEST_CASE("overconfident probabilities are calibrated on rows that were not fitted") {
  Doubles scores;
  Ints labels;
  Draw(1, 0, 3, 8000, scores, labels);
  const Doubles fitted(scores.begin(), scores.begin() + 4000);
  const Ints fitted_labels(labels.begin(), labels.begin() + 4000);
  const auto scaling = FitPlattScaling(fitted, fitted_labels);
  REQUIRE(scaling.ok());
  Doubles before, after;
  for (std::size_t i = 4000; i < scores.size(); ++i) {
    before.push_back(1 / (1 + std::exp(-3 * scores[i])));
    after.push_back(scaling->Probability(scores[i]));
  }
  const Ints held(labels.begin() + 4000, labels.end());
  CHECK(*ExpectedCalibrationError(before, held) > 0.05);
  CHECK(*ExpectedCalibrationError(after, held) < 0.03);
}

TEST_CASE("rows that are told apart without a mistake give finite numbers") {
  const auto scaling = FitPlattScaling(Doubles{-2, -1, 1, 2}, Ints{0, 0, 1, 1});
  REQUIRE(scaling.ok());
  CHECK(std::isfinite(scaling->slope));
  CHECK(scaling->slope > 0);
  CHECK(scaling->Probability(2) > 0.7);
  CHECK(scaling->Probability(2) < 1);
}

TEST_CASE("one class or one score gives the share of positives, smoothed") {
  const auto one_score = FitPlattScaling(Doubles{5, 5, 5, 5}, Ints{1, 0, 0, 0});
  REQUIRE(one_score.ok());
  CHECK(one_score->slope == 0);
  // (2/3 + 3 * 1/5) / 4
  CHECK(one_score->Probability(123) == Approx((2.0 / 3 + 0.6) / 4));
  const auto one_class = FitPlattScaling(Doubles{1, 2, 3}, Ints{1, 1, 1});
  REQUIRE(one_class.ok());
  CHECK(one_class->Probability(2) == Approx(0.8));
  CHECK(FitPlattScaling(Doubles{1}, Ints{0}).ok());
}

TEST_CASE("probabilities of extreme scores are 0 and 1, never NaN") {
  const PlattScaling scaling{1, 0};
  CHECK(scaling.Probability(1e9) == 1);
  CHECK(scaling.Probability(-1e9) == 0);
}

TEST_CASE("rows that Platt scaling cannot fit are refused") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(absl::IsInvalidArgument(FitPlattScaling(Doubles{}, Ints{}).status()));
  CHECK(absl::IsInvalidArgument(FitPlattScaling(Doubles{infinity}, Ints{1}).status()));
  CHECK(absl::IsInvalidArgument(FitPlattScaling(Doubles{1}, Ints{2}).status()));
}

}  // namespace
}  // namespace clientele::evaluation
