#include "common/evaluation/classification.h"

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;
using Doubles = std::vector<double>;
using Ints = std::vector<int>;

TEST_CASE("the area under the ROC curve is the share of pairs in order, ties by half") {
  CHECK(*RocAuc(Doubles{0.1, 0.4, 0.35, 0.8}, Ints{0, 0, 1, 1}) == Approx(0.75));
  CHECK(*RocAuc(Doubles{1, 1, 1, 1}, Ints{0, 1, 0, 1}) == 0.5);
  // Positives 2 and 1, negatives 1 and 0: won 1, 1, 0.5, 1.
  CHECK(*RocAuc(Doubles{2, 1, 1, 0}, Ints{1, 1, 0, 0}) == Approx(3.5 / 4));
  CHECK(*RocAuc(Doubles{0, 1}, Ints{1, 0}) == 0);
}

TEST_CASE("the area under the precision-recall curve is a sum of steps") {
  // Scores 0.8+ 0.4- 0.35+ 0.1-: 1/2 * 1 + 1/2 * 2/3.
  CHECK(*PrAuc(Doubles{0.1, 0.4, 0.35, 0.8}, Ints{0, 0, 1, 1}) == Approx(0.5 + 1.0 / 3));
  // One group of all rows: the share of positives.
  CHECK(*PrAuc(Doubles{1, 1, 1, 1}, Ints{0, 1, 0, 0}) == 0.25);
}

TEST_CASE("both areas of random scores with ties equal plain counts") {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    const std::size_t rows = 2 + random() % 60;
    Doubles scores(rows);
    Ints labels(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      scores[i] = static_cast<double>(random() % 10) / 8;
      labels[i] = static_cast<int>(random() % 2);
    }
    labels[0] = 0;
    labels[1] = 1;
    double won = 0, pairs = 0, positives = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      positives += labels[i];
      for (std::size_t j = 0; j < rows; ++j) {
        if (labels[i] != 1 || labels[j] != 0) continue;
        ++pairs;
        won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      }
    }
    CHECK(*RocAuc(scores, labels) == Approx(won / pairs));
    double area = 0, recall_before = 0;
    std::set<double, std::greater<>> thresholds(scores.begin(), scores.end());
    for (const double threshold : thresholds) {
      double taken = 0, found = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        if (scores[i] < threshold) continue;
        ++taken;
        found += labels[i];
      }
      area += (found / positives - recall_before) * found / taken;
      recall_before = found / positives;
    }
    CHECK(*PrAuc(scores, labels) == Approx(area));
  }
}

TEST_CASE("the loss of a certain mistake is clipped") {
  CHECK(*LogLoss(Doubles{0.9, 0.2}, Ints{1, 0}) == Approx(-(std::log(0.9) + std::log(0.8)) / 2));
  CHECK(*LogLoss(Doubles{0, 1}, Ints{1, 1}) == Approx(-std::log(1e-15) / 2));
  CHECK(*LogLoss(Doubles{0}, Ints{1}, 0.01) == Approx(-std::log(0.01)));
  CHECK(*LogLoss(Doubles{1}, Ints{1}, 0.01) == Approx(-std::log(0.99)));
}

TEST_CASE("the loss of several classes is of the class that was right") {
  CHECK(*MultiClassLogLoss(Doubles{0.7, 0.2, 0.1, 0.1, 0.3, 0.6}, 3, Ints{0, 1}) ==
        Approx(-(std::log(0.7) + std::log(0.3)) / 2));
  CHECK(absl::IsInvalidArgument(MultiClassLogLoss(Doubles{0.5, 0.5}, 2, Ints{2}).status()));
  CHECK(absl::IsInvalidArgument(MultiClassLogLoss(Doubles{0.5, 0.5, 1}, 2, Ints{0}).status()));
  CHECK(absl::IsInvalidArgument(MultiClassLogLoss(Doubles{1}, 1, Ints{0}).status()));
}

TEST_CASE("accuracies and F1 of three classes equal those counted by hand") {
  const Ints labels = {0, 0, 0, 0, 1, 1, 2};
  const Ints predicted = {0, 0, 0, 1, 1, 0, 5};
  CHECK(*Accuracy(predicted, labels) == Approx(4.0 / 7));
  CHECK(*MeanClassAccuracy(predicted, labels) == Approx((0.75 + 0.5 + 0) / 3));
  // F1: class 0 6/8, class 1 2/4, class 2 0, class 5 0.
  CHECK(*MacroF1(predicted, labels) == Approx((0.75 + 0.5) / 4));
}

TEST_CASE("what a metric is not defined for is said") {
  CHECK(absl::IsFailedPrecondition(RocAuc(Doubles{1, 2}, Ints{1, 1}).status()));
  CHECK(absl::IsFailedPrecondition(PrAuc(Doubles{1, 2}, Ints{0, 0}).status()));
  CHECK(absl::IsInvalidArgument(RocAuc(Doubles{}, Ints{}).status()));
  CHECK(absl::IsInvalidArgument(RocAuc(Doubles{1}, Ints{1, 0}).status()));
  CHECK(absl::IsInvalidArgument(RocAuc(Doubles{1, 2}, Ints{1, 2}).status()));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(absl::IsInvalidArgument(RocAuc(Doubles{1, nan}, Ints{1, 0}).status()));
  CHECK(absl::IsInvalidArgument(LogLoss(Doubles{1.5}, Ints{1}).status()));
  CHECK(absl::IsInvalidArgument(LogLoss(Doubles{nan}, Ints{1}).status()));
  CHECK(absl::IsInvalidArgument(Accuracy(Ints{1}, Ints{}).status()));
}

}  // namespace
}  // namespace clientele::evaluation
