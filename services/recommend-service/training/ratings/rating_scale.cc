#include "services/recommend-service/training/ratings/rating_scale.h"

#include <algorithm>
#include <cmath>

namespace clientele::recommend {

RatingScale::RatingScale(const SparseMatrix& ratings) {
  const auto [least, greatest] = std::minmax_element(ratings.value.begin(), ratings.value.end());
  least_ = *least;
  greatest_ = *greatest;
  double sum = 0;
  for (const float rating : ratings.value) sum += rating;
  const double count = static_cast<double>(ratings.value.size());
  mean_ = sum / count;
  double squares = 0;
  for (const float rating : ratings.value) squares += (rating - mean_) * (rating - mean_);
  if (greatest_ > least_) unit_ = std::sqrt(squares / count) / kStandardDeviation;
}

double RatingScale::Rating(double standardized) const {
  return std::clamp(mean_ + unit_ * standardized, least_, greatest_);
}

}  // namespace clientele::recommend
