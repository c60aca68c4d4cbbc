#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_TREND_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_TREND_H_

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

// The logarithm of each item's Trend(), for everybody alike: in a sum of scores, what sells now
// goes up and what was sold long ago goes down. Where no times are known all items are equal.
class ItemTrend final : public CandidateFamily {
 public:
  std::string Description() const override { return "trend"; }
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_TREND_H_
