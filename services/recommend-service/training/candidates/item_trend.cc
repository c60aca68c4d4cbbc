#include "services/recommend-service/training/candidates/item_trend.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/recommend-service/core/items/recent_popularity.h"
#include "services/recommend-service/training/candidates/shared_scores.h"

namespace clientele::recommend {
absl::StatusOr<std::unique_ptr<ItemScorer>> ItemTrend::Fit(
    const CandidateTraining& training) const {
  std::vector<float> scores(static_cast<std::size_t>(training.interactions.columns), 0);
  if (training.recent != nullptr) {
    std::vector<double> customers(scores.size(), 0);
    for (const std::int32_t item : training.interactions.column) {
      ++customers[static_cast<std::size_t>(item)];
    }
    for (std::size_t item = 0; item < scores.size(); ++item) {
      scores[item] = static_cast<float>(std::log(Trend((*training.recent)[item], customers[item])));
    }
  }
  return std::make_unique<SharedScores>(std::move(scores));
}

}  // namespace clientele::recommend
