#include "services/recommend-service/training/candidates/item_item.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/candidates/customer_neighbors.h"
#include "services/recommend-service/training/candidates/popularity.h"
#include "tests/unit/recommend_families/random_interactions.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("item-item scores are the sums of similarities over all pairs") {
  const SparseMatrix interactions = RandomInteractions(30, 12, 3, 0.5, 0.4, 4);
  const auto x = DenseOf(interactions);
  std::vector<double> count(12, 0);
  for (const auto& row : x) {
    for (std::size_t i = 0; i < 12; ++i) count[i] += row[i];
  }
  const auto both = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (const auto& row : x) sum += row[a] * row[b];
    return sum;
  };
  for (const auto similarity :
       {ItemSimilarity::kCosine, ItemSimilarity::kLift, ItemSimilarity::kWalk}) {
    const ItemItem family({.similarity = similarity, .popularity_exponent = 0.3, .shrinkage = 2});
    const auto scorer = family.Fit({.interactions = interactions, .threads = 2});
    REQUIRE(scorer.ok());
    for (std::size_t u = 0; u < x.size(); ++u) {
      const auto scores = ScoresOf(**scorer, static_cast<std::int64_t>(u), 12);
      for (std::size_t i = 0; i < 12; ++i) {
        double expected = 0;
        for (std::size_t j = 0; j < 12; ++j) {
          if (x[u][j] == 0 || i == j || both(i, j) == 0) continue;
          const double norm = std::pow(count[j], 0.7) * std::pow(count[i], 0.3);
          if (similarity == ItemSimilarity::kCosine) expected += both(i, j) / (norm + 2);
          if (similarity == ItemSimilarity::kLift) {
            expected += both(i, j) * 30 / (count[i] * count[j]) * both(i, j) / (both(i, j) + 2);
          }
          for (const auto& row : x) {
            if (similarity != ItemSimilarity::kWalk || row[i] * row[j] == 0) continue;
            double own = 0;
            for (const double touched : row) own += touched;
            expected += 1 / own / norm;
          }
        }
        CHECK(scores[i] == Approx(expected).margin(1e-6));
      }
    }
  }
}

TEST_CASE("only the most similar neighbors speak") {
  // Items 0, 1 together twice, 0, 2 once.
  const SparseMatrix interactions = CompressRows(
      std::vector<SparseEntry>{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 2}, {3, 0}}, 4, 3);
  const auto scorer =
      ItemItem({.shrinkage = 0, .max_neighbors = 1}).Fit({.interactions = interactions});
  REQUIRE(scorer.ok());
  const auto scores = ScoresOf(**scorer, 3, 3);
  CHECK(scores[1] > 0);
  CHECK(scores[2] == 0);
}

TEST_CASE("neighbors' scores are the sums over the most similar customers") {
  const SparseMatrix interactions = RandomInteractions(25, 14, 2, 0.5, 0.4, 14);
  const auto x = DenseOf(interactions);
  constexpr std::size_t kNeighbors = 6;
  const auto scorer =
      CustomerNeighbors({.discount = 0.5, .shrinkage = 1, .max_neighbors = kNeighbors})
          .Fit({.interactions = interactions});
  REQUIRE(scorer.ok());
  const auto size = [&](std::size_t u) {
    double sum = 0;
    for (const double touched : x[u]) sum += touched;
    return sum;
  };
  for (std::size_t u = 0; u < x.size(); ++u) {
    std::vector<std::pair<double, std::size_t>> similar;
    for (std::size_t v = 0; v < x.size(); ++v) {
      double shared = 0;
      for (std::size_t i = 0; i < 14; ++i) {
        double count = 0;
        for (const auto& row : x) count += row[i];
        if (x[u][i] * x[v][i] > 0) shared += 1 / std::sqrt(count);
      }
      if (v != u && shared > 0) {
        similar.emplace_back(-shared / (std::sqrt(size(u) * size(v)) + 1), v);
      }
    }
    std::sort(similar.begin(), similar.end());
    if (similar.size() > kNeighbors) similar.resize(kNeighbors);
    const auto scores = ScoresOf(**scorer, static_cast<std::int64_t>(u), 14);
    for (std::size_t i = 0; i < 14; ++i) {
      double expected = 0;
      for (const auto& [dissimilarity, v] : similar) expected -= dissimilarity * x[v][i];
      CHECK(scores[i] == Approx(expected).margin(1e-6));
    }
  }
}

TEST_CASE("popularity counts an item's customers") {
  const SparseMatrix interactions =
      CompressRows(std::vector<SparseEntry>{{0, 0}, {0, 2}, {1, 2}}, 3, 4);
  const auto scorer = Popularity().Fit({.interactions = interactions});
  REQUIRE(scorer.ok());
  CHECK(ScoresOf(**scorer, 2, 4) == std::vector<float>{1, 0, 2, 0});
}

}  // namespace
}  // namespace clientele::recommend
