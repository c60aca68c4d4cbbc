#include "services/recommend-service/training/candidates/ranking_trial.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "common/evaluation/exposure.h"
#include "common/evaluation/ranking.h"
#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kCustomersAtOnce = 64;
constexpr float kNoCandidate = -std::numeric_limits<float>::infinity();

std::vector<float> CustomersOfItems(const SparseMatrix& training) {
  std::vector<float> counts(static_cast<std::size_t>(training.columns), 0);
  for (const std::int32_t item : training.column) ++counts[static_cast<std::size_t>(item)];
  return counts;
}

std::vector<std::int64_t> RowsWithEntries(const SparseMatrix& matrix) {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < matrix.rows; ++row) {
    if (matrix.RowEntries(row) > 0) rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::vector<std::int32_t> TopItems(absl::Span<const float> scores, int k) {
  // A heap of the best so far, the worst of them in front.
  const auto better = [&](std::int32_t a, std::int32_t b) {
    const float x = scores[static_cast<std::size_t>(a)];
    const float y = scores[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  };
  std::vector<std::int32_t> best;
  best.reserve(static_cast<std::size_t>(std::max(k, 0)) + 1);
  float least = kNoCandidate;
  for (std::size_t item = 0; item < scores.size() && k > 0; ++item) {
    if (!(scores[item] > least)) continue;
    best.push_back(static_cast<std::int32_t>(item));
    std::push_heap(best.begin(), best.end(), better);
    if (best.size() > static_cast<std::size_t>(k)) {
      std::pop_heap(best.begin(), best.end(), better);
      best.pop_back();
    }
    if (best.size() == static_cast<std::size_t>(k)) {
      least = scores[static_cast<std::size_t>(best.front())];
    }
  }
  std::sort_heap(best.begin(), best.end(), better);
  return best;
}

RankingReport MeasureRanking(const ItemScorer& scorer, const SparseMatrix& training,
                             const SparseMatrix& held_out, int k, int threads) {
  const std::vector<std::int64_t> customers = RowsWithEntries(held_out);
  const std::vector<float> popularity = CustomersOfItems(training);
  std::vector<std::vector<std::int32_t>> lists(customers.size());
  SideBySide(threads, (customers.size() + kCustomersAtOnce - 1) / kCustomersAtOnce,
             [&](std::size_t part) {
               std::vector<float> scores(static_cast<std::size_t>(training.columns));
               for (std::size_t at = part * kCustomersAtOnce;
                    at < std::min(customers.size(), (part + 1) * kCustomersAtOnce); ++at) {
                 if (training.RowEntries(customers[at]) == 0) {
                   scores = popularity;
                 } else {
                   scorer.Score(customers[at], absl::MakeSpan(scores));
                 }
                 for (const std::int32_t own : training.Columns(customers[at])) {
                   scores[static_cast<std::size_t>(own)] = kNoCandidate;
                 }
                 lists[at] = TopItems(scores, k);
               }
             });

  std::vector<std::int64_t> customers_of_item(popularity.begin(), popularity.end());
  evaluation::CatalogExposure exposure(customers_of_item,
                                       static_cast<std::int64_t>(RowsWithEntries(training).size()));
  evaluation::RankingMeans means(k);
  for (std::size_t at = 0; at < customers.size(); ++at) {
    const absl::Span<const std::int32_t> relevant = held_out.Columns(customers[at]);
    std::vector<double> labels;
    labels.reserve(lists[at].size());
    double found = 0;
    for (const std::int32_t item : lists[at]) {
      labels.push_back(std::binary_search(relevant.begin(), relevant.end(), item) ? 1 : 0);
      found += labels.back();
    }
    const std::vector<double> missed(relevant.size() - static_cast<std::size_t>(found), 1.0);
    means.Add(evaluation::RankedLabels(labels, missed));
    exposure.Add(lists[at]);
  }
  const evaluation::RankingMeans::Values values = means.Result();
  return {values.ndcg,         values.recall,      values.precision, values.hit_rate,
          exposure.Coverage(), exposure.Novelty(), values.rankings};
}

}  // namespace clientele::recommend
