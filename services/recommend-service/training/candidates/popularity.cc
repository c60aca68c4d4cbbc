#include "services/recommend-service/training/candidates/popularity.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace clientele::recommend {
namespace {

class PopularityScorer final : public ItemScorer {
 public:
  explicit PopularityScorer(std::vector<float> counts) : counts_(std::move(counts)) {}
  void Score(std::int64_t /*customer*/, absl::Span<float> scores) const override {
    std::copy(counts_.begin(), counts_.end(), scores.begin());
  }

 private:
  const std::vector<float> counts_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ItemScorer>> Popularity::Fit(
    const CandidateTraining& training) const {
  std::vector<float> counts(static_cast<std::size_t>(training.interactions.columns), 0);
  for (const std::int32_t item : training.interactions.column) {
    ++counts[static_cast<std::size_t>(item)];
  }
  return std::make_unique<PopularityScorer>(std::move(counts));
}

}  // namespace clientele::recommend
