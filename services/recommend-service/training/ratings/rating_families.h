#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_FAMILIES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_FAMILIES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/training/ratings/rating_family.h"

namespace clientele::recommend {

// "bayesian" (the default), "blend" (the most accurate), "bayesian-explicit", "svd++", "sgd",
// "baseline".
std::vector<std::string> RatingFamilyNames();

// INVALID_ARGUMENT with the names that there are.
absl::StatusOr<std::unique_ptr<RatingFamily>> MakeRatingFamily(absl::string_view name);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_FAMILIES_H_
