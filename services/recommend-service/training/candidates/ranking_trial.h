#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_RANKING_TRIAL_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_RANKING_TRIAL_H_

// How well a scorer ranks what was held out. Candidates are all items of the training but the
// customer's own, never a sample of them.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

#include "services/recommend-service/training/candidates/item_scorer.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// Means over the customers with held-out items, of common/evaluation/ranking.h at k with binary
// gain; coverage and novelty as in common/evaluation/exposure.h, over the same customers' lists.
struct RankingReport {
  double ndcg = 0;
  double recall = 0;
  double precision = 0;
  double hit_rate = 0;
  double coverage = 0;
  double novelty = 0;          // bits
  std::int64_t customers = 0;  // behind the means
};

// The k greatest scores' indices, best first; of equal ones the lower index. Scores of -infinity
// are left out, so there may be fewer.
std::vector<std::int32_t> TopItems(absl::Span<const float> scores, int k);

// Both matrices have a row for each customer. Columns of `held_out` from `training.columns` on are
// items that the training does not have: relevant, and never found. Customers without a row in the
// training are given its most popular items, whatever the scorer.
RankingReport MeasureRanking(const ItemScorer& scorer, const SparseMatrix& training,
                             const SparseMatrix& held_out, int k, int threads);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_RANKING_TRIAL_H_
