#ifndef CLIENTELE_TESTS_UNIT_RECOMMEND_FAMILIES_RANDOM_INTERACTIONS_H_
#define CLIENTELE_TESTS_UNIT_RECOMMEND_FAMILIES_RANDOM_INTERACTIONS_H_

#include <cstdint>
#include <random>
#include <vector>

#include "services/recommend-service/training/candidates/item_scorer.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// Customers of kinds that each like every kinds-th item; `noise` of what they touch is anything.
inline SparseMatrix RandomInteractions(int customers, int items, int kinds, double share,
                                       double noise, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform;
  std::vector<SparseEntry> entries;
  for (int u = 0; u < customers; ++u) {
    for (int i = 0; i < items; ++i) {
      const double chance = u % kinds == i % kinds ? share : share * noise;
      if (uniform(random) < chance) entries.push_back({u, i});
    }
  }
  return CompressRows(entries, customers, items);
}

inline std::vector<std::vector<double>> DenseOf(const SparseMatrix& matrix) {
  std::vector<std::vector<double>> dense(
      static_cast<std::size_t>(matrix.rows),
      std::vector<double>(static_cast<std::size_t>(matrix.columns)));
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    for (const std::int32_t column : matrix.Columns(row)) {
      dense[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] = 1;
    }
  }
  return dense;
}

inline std::vector<float> ScoresOf(const ItemScorer& scorer, std::int64_t customer,
                                   std::int64_t items) {
  std::vector<float> scores(static_cast<std::size_t>(items));
  scorer.Score(customer, absl::MakeSpan(scores));
  return scores;
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_UNIT_RECOMMEND_FAMILIES_RANDOM_INTERACTIONS_H_
