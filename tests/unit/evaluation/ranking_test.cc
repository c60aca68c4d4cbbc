#include "common/evaluation/ranking.h"

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

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("metrics of one ranking equal those counted by hand") {
  // Relevant at ranks 0 and 2; a third relevant item is not ranked.
  const std::vector<double> labels = {1, 0, 1, 0, 0};
  const std::vector<double> missing = {1};
  const Ranking ranking = RankedLabels(labels, missing);
  const double log3 = 1 / std::log2(3.0);
  CHECK(NdcgAt(ranking, 10) == Approx((1 + 0.5) / (1 + log3 + 0.5)));
  CHECK(NdcgAt(ranking, 2) == Approx(1 / (1 + log3)));
  CHECK(NdcgAt(ranking, 1) == 1);
  CHECK(RecallAt(ranking, 10) == Approx(2.0 / 3));
  CHECK(RecallAt(ranking, 2) == Approx(1.0 / 3));
  CHECK(PrecisionAt(ranking, 2) == 0.5);
  CHECK(PrecisionAt(ranking, 10) == 0.2);
  CHECK(HitRateAt(ranking, 1) == 1);
  CHECK(ReciprocalRankAt(ranking, 10) == 1);
  CHECK(AveragePrecisionAt(ranking, 10) == Approx((1 + 2.0 / 3) / 3));
  CHECK(AveragePrecisionAt(ranking, 2) == Approx(1.0 / 2));
}

TEST_CASE("graded gains count as labels or as powers of two") {
  const std::vector<double> labels = {1, 3, 0, 2};
  const Ranking ranking = RankedLabels(labels);
  const double d1 = 1 / std::log2(3.0), d3 = 1 / std::log2(5.0);
  CHECK(NdcgAt(ranking, 4, Gain::kLinear) == Approx((1 + 3 * d1 + 2 * d3) / (3 + 2 * d1 + 0.5)));
  CHECK(NdcgAt(ranking, 4, Gain::kExponential) ==
        Approx((1 + 7 * d1 + 3 * d3) / (7 + 3 * d1 + 0.5)));
  CHECK(NdcgAt(ranking, 4, Gain::kBinary) == Approx((1 + d1 + d3) / (1 + d1 + 0.5)));
}

TEST_CASE("the first relevant item below the cutoff gives nothing") {
  const std::vector<double> labels = {0, 0, 0, 1};
  const Ranking ranking = RankedLabels(labels);
  CHECK(ReciprocalRankAt(ranking, 4) == 0.25);
  CHECK(ReciprocalRankAt(ranking, 3) == 0);
  CHECK(HitRateAt(ranking, 3) == 0);
  CHECK(NdcgAt(ranking, 3) == 0);
  CHECK(AveragePrecisionAt(ranking, 3) == 0);
  CHECK(NdcgAt(ranking, 0) == 0);
  CHECK(PrecisionAt(ranking, 0) == 0);
  CHECK(NdcgAt(ranking, -1) == 0);
}

TEST_CASE("a ranking without a relevant item is zero everywhere and is left out of means") {
  const Ranking nothing = RankedLabels(std::vector<double>{0, 0});
  CHECK(NdcgAt(nothing, 10) == 0);
  CHECK(RecallAt(nothing, 10) == 0);
  CHECK(ReciprocalRankAt(nothing, 10) == 0);
  RankingMeans means(2);
  CHECK(means.Result().ndcg == 0);
  means.Add(nothing);
  means.Add(RankedLabels(std::vector<double>{1, 0}));
  means.Add(RankedLabels(std::vector<double>{0, 0, 1}));
  const RankingMeans::Values result = means.Result();
  CHECK(result.rankings == 2);
  CHECK(result.skipped == 1);
  CHECK(result.ndcg == 0.5);
  CHECK(result.recall == 0.5);
  CHECK(result.precision == 0.25);
  CHECK(result.hit_rate == 0.5);
  CHECK(result.reciprocal_rank == 0.5);
  CHECK(result.average_precision == 0.5);
}

TEST_CASE("of equal scores the lower index ranks first, NaN after every number") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> scores = {kNan, 2, 5, 2, -infinity, kNan};
  const auto ranking = RankByScore(scores, std::vector<double>{1, 1, 0, 2, 1, 1});
  REQUIRE(ranking.ok());
  CHECK(ranking->relevant == std::vector<RelevantItem>{{1, 1}, {2, 2}, {3, 1}, {4, 1}, {5, 1}});
}

TEST_CASE("an item's rank leaves out what was seen") {
  const std::vector<double> scores = {5, 9, 7, 7, 1};
  const auto rank = [&](std::int32_t item, std::vector<std::int32_t> seen) {
    return RankAmong(scores, std::vector<std::int32_t>{item}, seen).relevant.at(0).rank;
  };
  CHECK(rank(2, {}) == 1);
  CHECK(rank(2, {1}) == 0);
  CHECK(rank(3, {}) == 2);
  CHECK(rank(4, {0, 1}) == 2);
  CHECK(rank(1, {1}) == kUnranked);
  CHECK(rank(7, {}) == kUnranked);
  CHECK(rank(-1, {}) == kUnranked);
}

TEST_CASE("as many labels as scores are asked for") {
  CHECK(absl::IsInvalidArgument(
      RankByScore(std::vector<double>{1, 2}, std::vector<double>{1}).status()));
}

// Everything again, as a loop that sorts nothing.
struct Counted {
  double dcg = 0, hits = 0, reciprocal = 0, precisions = 0;
};

Counted Count(const std::vector<float>& scores, const std::vector<bool>& relevant,
              const std::vector<bool>& seen, std::int64_t k) {
  Counted counted;
  for (std::int64_t rank = 0; rank < k; ++rank) {
    // The item that exactly `rank` others precede.
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (seen[i] || !relevant[i]) continue;
      std::int64_t ahead = 0;
      for (std::size_t j = 0; j < scores.size(); ++j) {
        if (!seen[j] && (scores[j] > scores[i] || (scores[j] == scores[i] && j < i))) ++ahead;
      }
      if (ahead != rank) continue;
      counted.dcg += 1 / std::log2(static_cast<double>(rank) + 2);
      counted.hits += 1;
      counted.precisions += counted.hits / static_cast<double>(rank + 1);
      if (counted.reciprocal == 0) counted.reciprocal = 1 / static_cast<double>(rank + 1);
    }
  }
  return counted;
}

TEST_CASE("ranks and metrics of random scores with ties equal a plain count") {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const std::size_t items = 1 + random() % 30;
    std::vector<float> scores(items);
    std::vector<bool> relevant(items), seen(items);
    std::vector<std::int32_t> wanted, excluded;
    for (std::size_t i = 0; i < items; ++i) {
      scores[i] = static_cast<float>(random() % 5);
      seen[i] = random() % 4 == 0;
      relevant[i] = !seen[i] && random() % 3 == 0;
      if (seen[i]) excluded.push_back(static_cast<std::int32_t>(i));
      if (relevant[i]) wanted.push_back(static_cast<std::int32_t>(i));
    }
    std::shuffle(wanted.begin(), wanted.end(), random);
    const std::int64_t k = 1 + static_cast<std::int64_t>(random() % 12);
    const Ranking ranking = RankAmong(scores, wanted, excluded);
    const Counted counted = Count(scores, relevant, seen, k);
    const double all = static_cast<double>(wanted.size());
    const double best = std::min<double>(static_cast<double>(k), all);
    double ideal = 0;
    for (int rank = 0; rank < best; ++rank) ideal += 1 / std::log2(rank + 2.0);
    CHECK(NdcgAt(ranking, k) == Approx(all == 0 ? 0 : counted.dcg / ideal));
    CHECK(RecallAt(ranking, k) == Approx(all == 0 ? 0 : counted.hits / all));
    CHECK(PrecisionAt(ranking, k) == Approx(counted.hits / static_cast<double>(k)));
    CHECK(HitRateAt(ranking, k) == (counted.hits > 0 ? 1 : 0));
    CHECK(ReciprocalRankAt(ranking, k) == Approx(counted.reciprocal));
    CHECK(AveragePrecisionAt(ranking, k) == Approx(all == 0 ? 0 : counted.precisions / best));
  }
}

}  // namespace
}  // namespace clientele::evaluation
