#include "services/qa-service/training/intents/linear_svm.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

using Catch::Approx;

FeatureRows DenseRows(const std::vector<std::vector<float>>& rows) {
  FeatureRows features;
  features.dense_width = rows.front().size();
  for (const auto& row : rows) {
    features.dense.insert(features.dense.end(), row.begin(), row.end());
    features.offsets.push_back(0);
  }
  return features;
}

std::vector<std::size_t> All(std::size_t count) {
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = i;
  return rows;
}

// 1/2 |w|^2 + cost * sum of squared hinge losses, the bias being one of w.
double Objective(const std::vector<double>& w, const std::vector<std::vector<float>>& rows,
                 const std::vector<int>& classes, double cost) {
  double value = 0;
  for (const double each : w) value += each * each / 2;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double score = w.back();
    for (std::size_t j = 0; j < rows[i].size(); ++j)
      score += w[j] * static_cast<double>(rows[i][j]);
    const double slack = std::max(0.0, 1 - (classes[i] == 1 ? score : -score));
    value += cost * slack * slack;
  }
  return value;
}

// Plain gradient descent with small steps, long enough to be there.
std::vector<double> Minimize(const std::vector<std::vector<float>>& rows,
                             const std::vector<int>& classes, double cost) {
  std::vector<double> w(rows.front().size() + 1, 0.0);
  for (int step = 0; step < 200'000; ++step) {
    std::vector<double> gradient = w;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double sign = classes[i] == 1 ? 1 : -1;
      double score = w.back();
      for (std::size_t j = 0; j < rows[i].size(); ++j) {
        score += w[j] * static_cast<double>(rows[i][j]);
      }
      const double slack = 1 - sign * score;
      if (slack <= 0) continue;
      for (std::size_t j = 0; j < rows[i].size(); ++j) {
        gradient[j] -= 2 * cost * slack * sign * static_cast<double>(rows[i][j]);
      }
      gradient.back() -= 2 * cost * slack * sign;
    }
    for (std::size_t j = 0; j < w.size(); ++j) w[j] -= 2e-3 * gradient[j];
  }
  return w;
}

const std::vector<std::vector<float>> kPlane = {{1.0F, 0.2F},  {0.7F, -0.4F}, {0.2F, 0.9F},
                                                {-0.3F, 0.8F}, {-0.9F, 0.1F}, {-0.4F, -0.7F},
                                                {0.5F, 0.5F},  {0.1F, -0.2F}};
const std::vector<int> kSides = {1, 1, 0, 1, 0, 0, 1, 0};

TEST_CASE("the machine of two classes has the weights of least cost") {
  for (const double cost : {0.1, 1.0, 10.0}) {
    const auto scorer = TrainLinearSvm(DenseRows(kPlane), All(kPlane.size()), kSides, 2,
                                       {.cost = cost, .tolerance = 1e-6, .max_passes = 10'000});
    REQUIRE(scorer.ok());
    const std::vector<double> best = Minimize(kPlane, kSides, cost);
    for (std::size_t j = 0; j < best.size(); ++j) {
      INFO("cost " << cost << ", weight " << j);
      CHECK(static_cast<double>(scorer->Weights(1)[j]) == Approx(best[j]).margin(2e-4));
      CHECK(scorer->Weights(0)[j] == -scorer->Weights(1)[j]);
    }
    const std::vector<double> found(scorer->Weights(1).begin(), scorer->Weights(1).end());
    CHECK(Objective(found, kPlane, kSides, cost) ==
          Approx(Objective(best, kPlane, kSides, cost)).epsilon(1e-5));
  }
}

TEST_CASE("of several classes each has its own machine against the rest") {
  const std::vector<int> classes = {0, 0, 1, 1, 2, 2, 0, 2};
  const auto scorer = TrainLinearSvm(DenseRows(kPlane), All(kPlane.size()), classes, 3,
                                     {.tolerance = 1e-6, .max_passes = 10'000});
  REQUIRE(scorer.ok());
  for (int each = 0; each < 3; ++each) {
    std::vector<int> against(classes.size());
    std::transform(classes.begin(), classes.end(), against.begin(),
                   [each](int value) { return value == each ? 1 : 0; });
    const std::vector<double> best = Minimize(kPlane, against, 0.3);
    for (std::size_t j = 0; j < best.size(); ++j) {
      CHECK(static_cast<double>(scorer->Weights(static_cast<std::size_t>(each))[j]) ==
            Approx(best[j]).margin(2e-4));
    }
  }
}

TEST_CASE("sparse and dense features of the same rows give the same machine") {
  FeatureRows sparse;
  sparse.sparse_width = 2;
  for (const auto& row : kPlane) {
    for (int j = 0; j < 2; ++j) {
      sparse.indices.push_back(j);
      sparse.values.push_back(row[static_cast<std::size_t>(j)]);
    }
    sparse.offsets.push_back(sparse.indices.size());
  }
  const SvmOptions options = {.tolerance = 1e-6, .max_passes = 10'000};
  const auto of_sparse = TrainLinearSvm(sparse, All(kPlane.size()), kSides, 2, options);
  const auto of_dense = TrainLinearSvm(DenseRows(kPlane), All(kPlane.size()), kSides, 2, options);
  REQUIRE(of_sparse.ok());
  REQUIRE(of_dense.ok());
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(of_sparse->Weights(1)[j] == Approx(of_dense->Weights(1)[j]).margin(1e-4));
  }
  CHECK(of_sparse->Score(sparse, 0)[1] ==
        Approx(of_dense->Score(DenseRows(kPlane), 0)[1]).margin(1e-4));
}

TEST_CASE("threads change no weight") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> rows(60, std::vector<float>(20));
  std::vector<int> classes;
  for (auto& row : rows) {
    for (float& value : row) value = normal(random);
    classes.push_back(static_cast<int>(random() % 5));
  }
  const FeatureRows features = DenseRows(rows);
  const auto one = TrainLinearSvm(features, All(60), classes, 5, {.threads = 1});
  const auto three = TrainLinearSvm(features, All(60), classes, 5, {.threads = 3});
  REQUIRE(one.ok());
  REQUIRE(three.ok());
  CHECK(one->weights == three->weights);
}

TEST_CASE("only the rows that are named count") {
  const std::vector<std::size_t> half = {0, 2, 4, 6};
  const std::vector<int> classes = {1, 0, 0, 1};
  const auto part = TrainLinearSvm(DenseRows(kPlane), half, classes, 2, {});
  const auto alone = TrainLinearSvm(DenseRows({kPlane[0], kPlane[2], kPlane[4], kPlane[6]}), All(4),
                                    classes, 2, {});
  REQUIRE(part.ok());
  REQUIRE(alone.ok());
  CHECK(part->weights == alone->weights);
}

TEST_CASE("a class without a row scores below zero") {
  const auto scorer = TrainLinearSvm(DenseRows(kPlane), All(kPlane.size()), kSides, 3, {});
  REQUIRE(scorer.ok());
  for (std::size_t row = 0; row < kPlane.size(); ++row) {
    CHECK(scorer->Score(DenseRows(kPlane), row)[2] < 0);
  }
}

TEST_CASE("input that makes no sense is refused") {
  const FeatureRows rows = DenseRows(kPlane);
  const auto code = [&](const std::vector<std::size_t>& which, const std::vector<int>& classes,
                        std::size_t count, const SvmOptions& options) {
    return TrainLinearSvm(rows, which, classes, count, options).status().code();
  };
  CHECK(code({}, {}, 2, {}) == absl::StatusCode::kInvalidArgument);
  CHECK(code({0, 1}, {0}, 2, {}) == absl::StatusCode::kInvalidArgument);
  CHECK(code({0, 1}, {0, 2}, 2, {}) == absl::StatusCode::kInvalidArgument);
  CHECK(code({0, 1}, {0, 0}, 1, {}) == absl::StatusCode::kInvalidArgument);
  CHECK(code({0, 1}, {0, 1}, 2, {.cost = 0}) == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace clientele::qa
