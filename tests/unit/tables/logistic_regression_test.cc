#include "common/training/tables/logistic_regression.h"

#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "common/training/tables/limited_memory_bfgs.h"

namespace clientele::training {
namespace {

using Catch::Approx;

TEST_CASE("the minimum of a quadratic is the solution of its linear equations") {
  // 1/2 x'Ax - b'x with A = [[4, 1], [1, 3]], b = [1, 2]: x = [1/11, 7/11].
  std::vector<double> at = {5, -5};
  const double value = MinimizeBfgs(
      [](const std::vector<double>& x, std::vector<double>& gradient) {
        gradient = {4 * x[0] + x[1] - 1, x[0] + 3 * x[1] - 2};
        return 2 * x[0] * x[0] + x[0] * x[1] + 1.5 * x[1] * x[1] - x[0] - 2 * x[1];
      },
      {.max_gradient = 1e-10}, at);
  CHECK(at[0] == Approx(1.0 / 11).margin(1e-9));
  CHECK(at[1] == Approx(7.0 / 11).margin(1e-9));
  CHECK(value == Approx(-0.5 * (1.0 / 11 + 14.0 / 11)));
}

// One field of two codes: 1 with 30 of 40 positive, 2 with 10 of 60.
frame::CodedRows TwoGroups(std::vector<int>& labels) {
  frame::CodedRows rows{.rows = 100};
  for (int i = 0; i < 100; ++i) {
    rows.codes.push_back(i < 40 ? 1 : 2);
    rows.numbers.push_back(0);
    labels.push_back(i < 40 ? (i < 30 ? 1 : 0) : (i < 50 ? 1 : 0));
  }
  return rows;
}

TEST_CASE("with hardly any penalty each group has its own share of positives") {
  std::vector<int> labels;
  const frame::CodedRows rows = TwoGroups(labels);
  const auto fitted = FitLogistic(rows, 3, labels, {.l2 = 1e-7, .tolerance = 1e-10});
  REQUIRE(fitted.ok());
  const std::vector<double> margins = LogisticMargins(*fitted, rows);
  CHECK(margins[0] == Approx(std::log(30.0 / 10)).epsilon(1e-4));
  CHECK(margins[99] == Approx(std::log(10.0 / 50)).epsilon(1e-4));
  CHECK(fitted->weights[0] == 0);
}

// Newton's method on the dense problem, which shares nothing with the code under test: the optimum
// of sum log(1 + e^m) - y m + l2/2 |w|^2 over [one-hot codes, numbers, 1], the last not penalized.
std::vector<double> NewtonMargins(const std::vector<std::vector<double>>& design,
                                  const std::vector<int>& labels, double l2) {
  const std::size_t n = design.size();
  const std::size_t d = design[0].size();
  std::vector<double> w(d);
  for (int iteration = 0; iteration < 50; ++iteration) {
    std::vector<std::vector<double>> system(d, std::vector<double>(d + 1));
    for (std::size_t j = 0; j < d; ++j) {
      const double penalty = j + 1 < d ? l2 : 1e-12;
      system[j][j] += penalty;
      system[j][d] += penalty * w[j];
    }
    for (std::size_t i = 0; i < n; ++i) {
      double m = 0;
      for (std::size_t j = 0; j < d; ++j) m += design[i][j] * w[j];
      const double p = 1 / (1 + std::exp(-m));
      for (std::size_t j = 0; j < d; ++j) {
        system[j][d] += (p - labels[i]) * design[i][j];
        for (std::size_t k = 0; k < d; ++k) {
          system[j][k] += p * (1 - p) * design[i][j] * design[i][k];
        }
      }
    }
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t r = 0; r < d; ++r) {
        if (r == j) continue;
        const double factor = system[r][j] / system[j][j];
        for (std::size_t k = j; k <= d; ++k) system[r][k] -= factor * system[j][k];
      }
    }
    for (std::size_t j = 0; j < d; ++j) w[j] -= system[j][d] / system[j][j];
  }
  std::vector<double> margins(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < d; ++j) margins[i] += design[i][j] * w[j];
  }
  return margins;
}

TEST_CASE("the fit is the optimum that Newton's method finds on the dense problem") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  frame::CodedRows rows{.rows = 120};
  std::vector<std::vector<double>> design;
  std::vector<int> labels;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const int a = static_cast<int>(random() % 3);
    const int b = static_cast<int>(random() % 2);
    const float x = normal(random);
    rows.codes.insert(rows.codes.end(), {a, 3 + b});
    rows.numbers.insert(rows.numbers.end(), {0, x});
    std::vector<double> line(8);
    line[static_cast<std::size_t>(a)] = 1;
    line[static_cast<std::size_t>(3 + b)] = 1;
    line[6] = x;
    line[7] = 1;
    design.push_back(line);
    labels.push_back(normal(random) + x + 0.7F * static_cast<float>(a) > 0.8F ? 1 : 0);
  }
  const auto fitted = FitLogistic(rows, 5, labels, {.l2 = 2, .tolerance = 1e-10});
  REQUIRE(fitted.ok());
  const std::vector<double> expected = NewtonMargins(design, labels, 2);
  const std::vector<double> margins = LogisticMargins(*fitted, rows);
  for (std::size_t i = 0; i < margins.size(); ++i) {
    CHECK(margins[i] == Approx(expected[i]).margin(1e-6));
  }
}

TEST_CASE("bins that are penalized by their steps are a smoothing of the same optimum") {
  std::mt19937 random(6);
  std::uniform_real_distribution<double> uniform;
  frame::CodedRows rows{.rows = 150};
  std::vector<std::vector<double>> design;
  std::vector<int> labels;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const int bin = static_cast<int>(random() % 6);  // 0 is missing, 1 to 5 are ordered
    rows.codes.push_back(bin);
    rows.numbers.push_back(0);
    // By steps: [missing, at least bin 2, ..., at least bin 5, 1].
    std::vector<double> line(6);
    line[0] = bin == 0 ? 1 : 0;
    for (int step = 2; step <= 5; ++step) {
      line[static_cast<std::size_t>(step - 1)] = bin >= step ? 1 : 0;
    }
    line[5] = 1;
    design.push_back(line);
    labels.push_back(uniform(random) < 0.1 + 0.16 * bin ? 1 : 0);
  }
  const auto fitted =
      FitLogistic(rows, 6, labels, {.l2 = 1.5, .ordered = {{1, 6}}, .tolerance = 1e-10});
  REQUIRE(fitted.ok());
  const std::vector<double> expected = NewtonMargins(design, labels, 1.5);
  const std::vector<double> margins = LogisticMargins(*fitted, rows);
  for (std::size_t i = 0; i < margins.size(); ++i) {
    CHECK(margins[i] == Approx(expected[i]).margin(1e-6));
  }
  CHECK(fitted->weights[1] == 0);
  CHECK_FALSE(FitLogistic(rows, 6, labels, {.ordered = {{1, 7}}}).ok());
}

TEST_CASE("what cannot be fitted is refused") {
  std::vector<int> labels;
  const frame::CodedRows rows = TwoGroups(labels);
  CHECK_FALSE(FitLogistic({}, 3, {}, {}).ok());
  CHECK_FALSE(FitLogistic(rows, 3, {1, 0}, {}).ok());
  CHECK_FALSE(FitLogistic(rows, 3, labels, {.l2 = 0}).ok());
  labels[3] = 2;
  CHECK_FALSE(FitLogistic(rows, 3, labels, {}).ok());
}

}  // namespace
}  // namespace clientele::training
