// Probabilities: the mixture of scores, the logistic regression of evidence, the threshold.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/training/intents/linear_system.h"
#include "services/qa-service/training/intents/logistic_regression.h"
#include "services/qa-service/training/intents/rejection_threshold.h"
#include "services/qa-service/training/intents/score_mixture.h"

namespace clientele::qa {
namespace {

using Catch::Approx;

double MixtureLoss(const std::vector<std::vector<double>>& models, std::size_t classes,
                   const std::vector<int>& labels, const std::vector<double>& weights) {
  double loss = 0;
  for (const double weight : weights) loss += 1e-3 * weight * weight;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    double sum = 0;
    double own = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      double logit = 0;
      for (std::size_t m = 0; m < models.size(); ++m) {
        logit += weights[m] * models[m][row * classes + c];
      }
      sum += std::exp(logit);
      if (static_cast<int>(c) == labels[row]) own = logit;
    }
    loss += std::log(sum) - own;
  }
  return loss;
}

TEST_CASE("the weights of a mixture are the likeliest of a fine grid") {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> models(2);
  std::vector<int> labels;
  for (int row = 0; row < 60; ++row) {
    labels.push_back(static_cast<int>(random() % 3));
    for (int c = 0; c < 3; ++c) {
      models[0].push_back(normal(random) + (c == labels.back() ? 1.0 : 0.0));
      models[1].push_back(normal(random) + (c == labels.back() ? 0.5 : 0.0));
    }
  }
  const auto weights = FitScoreMixture(models, 3, labels);
  REQUIRE(weights.ok());
  const double found = MixtureLoss(models, 3, labels, *weights);
  double best = std::numeric_limits<double>::infinity();
  for (double a = 0; a < 4; a += 0.02) {
    for (double b = 0; b < 4; b += 0.02) {
      best = std::min(best, MixtureLoss(models, 3, labels, {a, b}));
    }
  }
  CHECK(found <= best + 1e-9);
  CHECK(found == Approx(best).epsilon(1e-3));
}

TEST_CASE("a model that misleads has weight 0") {
  // The second says the contrary of the truth.
  const std::vector<std::vector<double>> models = {{1, 0, 0, 1, 0.2, 0.3, 1, 0},
                                                   {-1, 1, 1, -1, -1, 1, -1, 1}};
  const std::vector<int> labels = {0, 1, 0, 0};
  const auto weights = FitScoreMixture(models, 2, labels);
  REQUIRE(weights.ok());
  CHECK((*weights)[1] == 0);
  CHECK((*weights)[0] > 0);
}

TEST_CASE("rows without a mistake still give finite weights") {
  const auto weights = FitScoreMixture({{5, 0, 0, 5}}, 2, std::vector<int>{0, 1});
  REQUIRE(weights.ok());
  CHECK(std::isfinite((*weights)[0]));
  CHECK((*weights)[0] > 0);
}

TEST_CASE("a mixture refuses scores that do not fit") {
  CHECK_FALSE(FitScoreMixture({}, 2, std::vector<int>{0}).ok());
  CHECK_FALSE(FitScoreMixture({{1, 2}}, 2, std::vector<int>{}).ok());
  CHECK_FALSE(FitScoreMixture({{1, 2, 3}}, 2, std::vector<int>{0}).ok());
  CHECK_FALSE(FitScoreMixture({{1, 2}}, 2, std::vector<int>{2}).ok());
  CHECK_FALSE(FitScoreMixture({{1, std::nan("")}}, 2, std::vector<int>{0}).ok());
}

TEST_CASE("a system of equations is solved, and one that is not definite refused") {
  const std::vector<double> x = SolvePositiveDefinite({4, 2, 2, 3}, {2, 5});
  REQUIRE(x.size() == 2);
  CHECK(4 * x[0] + 2 * x[1] == Approx(2));
  CHECK(2 * x[0] + 3 * x[1] == Approx(5));
  CHECK(SolvePositiveDefinite({1, 2, 2, 1}, {1, 1}).empty());
}

TEST_CASE("logistic regression is where the gradient is zero") {
  std::mt19937 random(8);
  std::normal_distribution<double> normal;
  std::vector<double> x;
  std::vector<int> labels;
  for (int i = 0; i < 80; ++i) {
    const double a = 10 + 3 * normal(random);
    const double b = 0.01 * normal(random);
    x.insert(x.end(), {a, b, 7.0});
    labels.push_back(a - 10 + 200 * b + normal(random) > 0 ? 1 : 0);
  }
  const double penalty = 2;
  const auto fitted = FitLogisticRegression(x, 3, labels, penalty);
  REQUIRE(fitted.ok());
  CHECK(fitted->weights[2] == 0);  // constant
  double of_bias = 0;
  std::vector<double> gradient(2, 0.0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double p = 1 / (1 + std::exp(-fitted->Logit(absl::MakeConstSpan(x).subspan(3 * i, 3))));
    of_bias += p - labels[i];
    for (std::size_t j = 0; j < 2; ++j) gradient[j] += (p - labels[i]) * x[3 * i + j];
  }
  CHECK(of_bias == Approx(0).margin(1e-5));
  for (std::size_t j = 0; j < 2; ++j) {
    double mean = 0;
    for (int i = 0; i < 80; ++i) mean += x[3 * static_cast<std::size_t>(i) + j] / 80;
    double variance = 0;
    for (int i = 0; i < 80; ++i) {
      variance += std::pow(x[3 * static_cast<std::size_t>(i) + j] - mean, 2) / 80;
    }
    CHECK(gradient[j] + penalty * variance * fitted->weights[j] ==
          Approx(0).margin(1e-5 * (1 + std::abs(mean))));
  }
}

TEST_CASE("logistic regression refuses what it cannot learn from") {
  CHECK_FALSE(FitLogisticRegression({}, 1, {}, 1).ok());
  CHECK_FALSE(FitLogisticRegression(std::vector<double>{1}, 1, std::vector<int>{2}, 1).ok());
  CHECK(FitLogisticRegression(std::vector<double>{1, 2}, 1, std::vector<int>{1, 1}, 1)
            .status()
            .code() == absl::StatusCode::kFailedPrecondition);
}

std::vector<RejectionCase> Cases() {
  return {{.probability = 0.1, .right = true},  {.probability = 0.2, .right = true},
          {.probability = 0.3, .right = false}, {.probability = 0.4, .outside = true},
          {.probability = 0.6, .right = true},  {.probability = 0.8, .outside = true},
          {.probability = 0.9, .outside = true}};
}

TEST_CASE("the threshold is where most rows are right") {
  // Four in scope, three out of scope: they weigh 1 each where the share is 0.75.
  const double equal = ChooseRejectionThreshold(Cases(), 0.75);
  // Between 0.2 and 0.4, and between 0.6 and 0.8, five rows are right; the last gap is widest.
  CHECK(equal == Approx(0.7));
  // Little weight: the one right row at 0.6 is worth more than the one out of scope at 0.4.
  CHECK(ChooseRejectionThreshold(Cases(), 0.1) == Approx(0.7));
  // Much weight: nothing out of scope may pass.
  CHECK(ChooseRejectionThreshold(Cases(), 20) < 0.4);
}

TEST_CASE("rows of one kind alone set no threshold") {
  CHECK(ChooseRejectionThreshold({}, 1) == 0.5);
  const std::vector<RejectionCase> inside = {{.probability = 0.3, .right = true}};
  CHECK(ChooseRejectionThreshold(inside, 1) == 0.5);
}

}  // namespace
}  // namespace clientele::qa
