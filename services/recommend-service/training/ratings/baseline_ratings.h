#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_BASELINE_RATINGS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_BASELINE_RATINGS_H_

#include "services/recommend-service/training/ratings/rating_family.h"

namespace clientele::recommend {

// r_ui = mu + b_u + b_i, the biases by alternating ridge regressions: what every family must beat
// (Koren, Factor in the Neighbors, TKDD 2010, section 2.1).
class BaselineRatings final : public RatingFamily {
 public:
  std::string Name() const override { return "baseline"; }
  absl::StatusOr<std::vector<double>> Predict(const RatingTraining& training,
                                              absl::Span<const RatingQuery> queries) const override;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_BASELINE_RATINGS_H_
