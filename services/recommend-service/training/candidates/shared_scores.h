#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_SHARED_SCORES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_SHARED_SCORES_H_

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

// The same for everybody: one score for each item.
class SharedScores final : public ItemScorer {
 public:
  explicit SharedScores(std::vector<float> scores) : scores_(std::move(scores)) {}
  void Score(std::int64_t /*customer*/, absl::Span<float> scores) const override {
    std::copy(scores_.begin(), scores_.end(), scores.begin());
  }

 private:
  const std::vector<float> scores_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_SHARED_SCORES_H_
