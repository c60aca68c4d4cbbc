#include "common/evaluation/isotonic_regression.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "common/evaluation/input_check.h"
#include "common/status/status_macros.h"

namespace clientele::evaluation {
namespace {

// Neighboring scores of one value.
struct Pool {
  double first_score = 0;
  double last_score = 0;
  double sum = 0;
  double rows = 0;

  double Mean() const { return sum / rows; }
};

}  // namespace

double IsotonicRegression::Value(double score) const {
  if (scores.empty() || std::isnan(score)) return std::numeric_limits<double>::quiet_NaN();
  const auto above = std::upper_bound(scores.begin(), scores.end(), score);
  if (above == scores.begin()) return values.front();
  if (above == scores.end()) return values.back();
  const std::size_t high = static_cast<std::size_t>(above - scores.begin());
  const std::size_t low = high - 1;
  const double share = (score - scores[low]) / (scores[high] - scores[low]);
  return values[low] + share * (values[high] - values[low]);
}

absl::StatusOr<IsotonicRegression> FitIsotonic(absl::Span<const double> scores,
                                               absl::Span<const double> targets) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(scores.size(), targets.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckFinite(scores, "score"));
  CLIENTELE_RETURN_IF_ERROR(CheckFinite(targets, "target"));
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });

  std::vector<Pool> pools;
  for (std::size_t i = 0; i < order.size();) {
    Pool pool{scores[order[i]], scores[order[i]], 0, 0};
    for (; i < order.size() && scores[order[i]] == pool.first_score; ++i) {
      pool.sum += targets[order[i]];
      ++pool.rows;
    }
    while (!pools.empty() && pools.back().Mean() >= pool.Mean()) {
      pool.first_score = pools.back().first_score;
      pool.sum += pools.back().sum;
      pool.rows += pools.back().rows;
      pools.pop_back();
    }
    pools.push_back(pool);
  }

  IsotonicRegression curve;
  for (const Pool& pool : pools) {
    curve.scores.push_back(pool.first_score);
    curve.values.push_back(pool.Mean());
    if (pool.last_score != pool.first_score) {
      curve.scores.push_back(pool.last_score);
      curve.values.push_back(pool.Mean());
    }
  }
  return curve;
}

}  // namespace clientele::evaluation
