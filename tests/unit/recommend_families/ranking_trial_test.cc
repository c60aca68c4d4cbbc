#include "services/recommend-service/training/candidates/ranking_trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

using Catch::Approx;

class GivenScores final : public ItemScorer {
 public:
  explicit GivenScores(std::vector<std::vector<float>> scores) : scores_(std::move(scores)) {}
  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    const auto& row = scores_[static_cast<std::size_t>(customer)];
    std::copy(row.begin(), row.end(), scores.begin());
  }

 private:
  const std::vector<std::vector<float>> scores_;
};

TEST_CASE("the top items are those of a sort, lower indices first among equals") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<float> scores(1 + random() % 30);
    for (float& score : scores) score = static_cast<float>(random() % 6);
    std::vector<std::int32_t> expected(scores.size());
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::int32_t>(i);
    std::stable_sort(expected.begin(), expected.end(), [&](std::int32_t a, std::int32_t b) {
      return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
    });
    const int k = static_cast<int>(random() % 12);
    expected.resize(std::min(expected.size(), static_cast<std::size_t>(k)));
    CHECK(TopItems(scores, k) == expected);
  }
  const float none = -std::numeric_limits<float>::infinity();
  CHECK(TopItems(std::vector<float>{none, 2, none, 3}, 3) == std::vector<std::int32_t>{3, 1});
}

TEST_CASE("metrics of lists of two are those computed by hand") {
  // Items 0 to 3 are of the training, 4 is not. Customer 3 has no training row.
  const SparseMatrix training =
      CompressRows(std::vector<SparseEntry>{{0, 0}, {0, 1}, {1, 0}, {2, 3}}, 4, 4);
  const SparseMatrix held_out =
      CompressRows(std::vector<SparseEntry>{{0, 3}, {1, 1}, {1, 2}, {1, 4}, {3, 0}}, 4, 5);
  // Customer 0: own items 0 and 1 go; 2, 3 remain, 3 second. Customer 1: 2, 3 and then 1.
  const GivenScores scorer({{9, 8, 2, 1}, {9, 1, 7, 5}, {0, 0, 0, 0}, {-5, -1, -2, -3}});
  const RankingReport report = MeasureRanking(scorer, training, held_out, 2, 2);
  CHECK(report.customers == 3);
  const double second = 1 / std::log2(3.0);
  // Customer 1's best list has both places relevant. Customer 3 gets the most popular item 0 first.
  CHECK(report.ndcg == Approx((second + 1 / (1 + second) + 1) / 3));
  CHECK(report.recall == Approx((1 + 1 / 3.0 + 1) / 3));
  CHECK(report.precision == Approx(0.5));
  CHECK(report.hit_rate == Approx(1));
  // Lists: (2, 3), (2, 3), (0, 1). Of three customers with training rows 2, 1, 0, 1 touched items
  // 0 to 3; an item of nobody counts as one of one customer.
  CHECK(report.coverage == Approx(1));
  const double rare = std::log2(3.0), popular = std::log2(1.5);
  CHECK(report.novelty == Approx((rare + rare + (popular + rare) / 2) / 3));
}

TEST_CASE("a list shorter than k still counts all k places for its precision") {
  const SparseMatrix training = CompressRows(std::vector<SparseEntry>{{0, 0}, {0, 1}}, 1, 3);
  const SparseMatrix held_out = CompressRows(std::vector<SparseEntry>{{0, 2}}, 1, 3);
  const RankingReport report = MeasureRanking(GivenScores({{0, 0, 0}}), training, held_out, 10, 1);
  CHECK(report.precision == Approx(0.1));
  CHECK(report.ndcg == Approx(1));
}

}  // namespace
}  // namespace clientele::recommend
