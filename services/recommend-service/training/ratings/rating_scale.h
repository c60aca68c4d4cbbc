#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_SCALE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_SCALE_H_

#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// Ratings as families learn them: with mean 0 and one standard deviation whatever the scale, so
// that learning rates and penalties mean the same for stars, percentages and grades. The standard
// deviation is that of ratings from 1 to 5, on which the published settings were found.
//
// Immutable, thread-safe.
class RatingScale {
 public:
  static constexpr double kStandardDeviation = 1.125;

  // Of at least one rating.
  explicit RatingScale(const SparseMatrix& ratings);

  double Standardized(double rating) const { return (rating - mean_) / unit_; }
  // Back on the scale of the ratings, and within it.
  double Rating(double standardized) const;

  double mean() const { return mean_; }
  double least() const { return least_; }
  double greatest() const { return greatest_; }

 private:
  double mean_ = 0;
  double unit_ = 1;
  double least_ = 0;
  double greatest_ = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_SCALE_H_
