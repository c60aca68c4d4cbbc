#include "services/recommend-service/training/candidates/popularity.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "services/recommend-service/training/candidates/shared_scores.h"

namespace clientele::recommend {
absl::StatusOr<std::unique_ptr<ItemScorer>> Popularity::Fit(
    const CandidateTraining& training) const {
  std::vector<float> counts(static_cast<std::size_t>(training.interactions.columns), 0);
  for (const std::int32_t item : training.interactions.column) {
    ++counts[static_cast<std::size_t>(item)];
  }
  return std::make_unique<SharedScores>(std::move(counts));
}

}  // namespace clientele::recommend
