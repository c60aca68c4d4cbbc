#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_POPULARITY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_POPULARITY_H_

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

// An item's score is the number of customers who touched it: what every family must beat, and what
// customers without interactions are given.
class Popularity final : public CandidateFamily {
 public:
  std::string Description() const override { return "popularity"; }
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_POPULARITY_H_
