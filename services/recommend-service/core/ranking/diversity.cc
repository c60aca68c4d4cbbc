#include "services/recommend-service/core/ranking/diversity.h"

#include <algorithm>
#include <numeric>

namespace clientele::recommend {

std::vector<std::size_t> MaximalMarginalRelevance(
    absl::Span<const double> scores, std::size_t count, double lambda,
    absl::FunctionRef<double(std::size_t, std::size_t)> similarity) {
  std::vector<std::size_t> left(scores.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  count = std::min(count, left.size());
  if (lambda >= 1 || left.size() < 2) {
    left.resize(count);
    return left;
  }
  const double range = scores.front() - scores.back();
  std::vector<double> nearest(scores.size(), 0);
  std::vector<std::size_t> taken;
  taken.reserve(count);
  const auto value = [&](std::size_t item) {
    const double relevance = range > 0 ? (scores[item] - scores.back()) / range : 1;
    return lambda * relevance - (1 - lambda) * nearest[item];
  };
  while (taken.size() < count) {
    auto best = left.begin();
    for (auto one = left.begin(); one != left.end(); ++one) {
      if (value(*one) > value(*best)) best = one;
    }
    const std::size_t item = *best;
    taken.push_back(item);
    left.erase(best);
    for (const std::size_t other : left) {
      nearest[other] = std::max(nearest[other], similarity(item, other));
    }
  }
  return taken;
}

}  // namespace clientele::recommend
