#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_BLEND_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_BLEND_H_

// The weighted sum of several families' predictions. The weights are the non-negative least squares
// over ratings held out of the training (Breiman, Stacked Regressions, Machine Learning 1996), with
// a small penalty toward the mean of all; the members are then fitted to the whole training.

#include <memory>
#include <utility>
#include <vector>

#include "services/recommend-service/training/ratings/rating_family.h"

namespace clientele::recommend {

// Weights w >= 0 that minimize |y - sum_m w_m x_m|^2 / n + penalty |w - 1/M|^2 over centered
// columns. `predictions` has M columns as long as `actual`, M >= 1.
std::vector<double> StackingWeights(absl::Span<const std::vector<double>> predictions,
                                    absl::Span<const double> actual, double penalty);

class RatingBlend final : public RatingFamily {
 public:
  // At least one member.
  explicit RatingBlend(std::vector<std::shared_ptr<const RatingFamily>> members)
      : members_(std::move(members)) {}
  std::string Name() const override { return "blend"; }
  absl::StatusOr<std::vector<double>> Predict(const RatingTraining& training,
                                              absl::Span<const RatingQuery> queries) const override;

 private:
  const std::vector<std::shared_ptr<const RatingFamily>> members_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_BLEND_H_
