#include <cmath>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/ratings/normal_wishart.h"
#include "services/recommend-service/training/ratings/random_draws.h"
#include "services/recommend-service/training/ratings/rating_scale.h"
#include "services/recommend-service/training/ratings/small_cholesky.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("normal and gamma draws have the moments of their distributions") {
  RandomDraws random(4);
  constexpr int kDraws = 200000;
  double sum = 0, squares = 0, fourth = 0;
  for (int n = 0; n < kDraws; ++n) {
    const double x = random.Normal();
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  CHECK(sum / kDraws == Approx(0).margin(0.01));
  CHECK(squares / kDraws == Approx(1).margin(0.015));
  CHECK(fourth / kDraws == Approx(3).margin(0.1));
  for (const double shape : {0.5, 3.0, 40.0}) {
    double total = 0, total_squares = 0;
    for (int n = 0; n < kDraws; ++n) {
      const double x = random.Gamma(shape);
      total += x;
      total_squares += x * x;
    }
    const double mean = total / kDraws;
    CHECK(mean == Approx(shape).epsilon(0.02));
    CHECK(total_squares / kDraws - mean * mean == Approx(shape).epsilon(0.04));
  }
}

TEST_CASE("a factorized matrix gives back the matrix and solves its equations") {
  const std::vector<double> a = {4, 2, 1, 2, 5, 3, 1, 3, 6};
  std::vector<double> lower = a;
  FactorizeInPlace(lower.data(), 3);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k <= j; ++k) sum += lower[i * 3 + k] * lower[j * 3 + k];
      CHECK(sum == Approx(a[i * 3 + j]));
    }
  }
  std::vector<double> x = {1, 2, 3};
  SolveLower(lower.data(), 3, x.data());
  SolveLowerTransposed(lower.data(), 3, x.data());
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(a[i * 3] * x[0] + a[i * 3 + 1] * x[1] + a[i * 3 + 2] * x[2] ==
          Approx(static_cast<double>(i + 1)));
  }
}

TEST_CASE("hyperparameters are drawn from the posterior that the formulas give") {
  // E[precision] = (dimensions + rows) W and E[mean] = rows xbar / (prior_rows + rows), with
  // W^-1 = I + S + prior_rows rows / (prior_rows + rows) xbar xbar^T.
  const std::vector<double> vectors = {1, 0, 2, 1, 0, -1, 3, 2, -1, 1};
  constexpr double kRows = 5, kPrior = 2;
  double mean[2] = {1, 0.6}, scatter[3] = {0, 0, 0};
  for (std::size_t r = 0; r < 5; ++r) {
    const double x = vectors[2 * r] - mean[0], y = vectors[2 * r + 1] - mean[1];
    scatter[0] += x * x;
    scatter[1] += x * y;
    scatter[2] += y * y;
  }
  const double pull = kPrior * kRows / (kPrior + kRows);
  const double a = 1 + scatter[0] + pull * mean[0] * mean[0];
  const double b = scatter[1] + pull * mean[0] * mean[1];
  const double c = 1 + scatter[2] + pull * mean[1] * mean[1];
  const double determinant = a * c - b * b;

  RandomDraws random(11);
  constexpr int kDraws = 40000;
  double sums[5] = {0, 0, 0, 0, 0};
  for (int n = 0; n < kDraws; ++n) {
    const NormalParameters drawn = DrawNormalParameters(vectors, 2, kPrior, random);
    CHECK(drawn.precision[1] == Approx(drawn.precision[2]));
    sums[0] += drawn.precision[0] / kDraws;
    sums[1] += drawn.precision[1] / kDraws;
    sums[2] += drawn.precision[3] / kDraws;
    sums[3] += drawn.mean[0] / kDraws;
    sums[4] += drawn.mean[1] / kDraws;
  }
  CHECK(sums[0] == Approx(7 * c / determinant).epsilon(0.02));
  CHECK(sums[1] == Approx(-7 * b / determinant).epsilon(0.04));
  CHECK(sums[2] == Approx(7 * a / determinant).epsilon(0.02));
  CHECK(sums[3] == Approx(kRows / (kRows + kPrior) * mean[0]).margin(0.02));
  CHECK(sums[4] == Approx(kRows / (kRows + kPrior) * mean[1]).margin(0.02));
}

TEST_CASE("ratings of every scale are learned with the same mean and deviation") {
  const SparseMatrix ratings =
      CompressRows(std::vector<SparseEntry>{{0, 0, 20}, {0, 1, 40}, {1, 0, 60}, {1, 1, 100}}, 2, 2);
  const RatingScale scale(ratings);
  CHECK(scale.mean() == Approx(55));
  double squares = 0;
  for (const double rating : {20, 40, 60, 100}) {
    squares += scale.Standardized(rating) * scale.Standardized(rating);
    CHECK(scale.Rating(scale.Standardized(rating)) == Approx(rating));
  }
  CHECK(std::sqrt(squares / 4) == Approx(RatingScale::kStandardDeviation));
  CHECK(scale.Rating(100) == 100);
  CHECK(scale.Rating(-100) == 20);
  const RatingScale constant(CompressRows(std::vector<SparseEntry>{{0, 0, 3}, {0, 1, 3}}, 1, 2));
  CHECK(constant.Rating(1.5) == 3);
}

}  // namespace
}  // namespace clientele::recommend
