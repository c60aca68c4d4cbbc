#include "services/recommend-service/training/ratings/rating_families.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/recommend-service/training/ratings/baseline_ratings.h"
#include "services/recommend-service/training/ratings/bayesian_factorization.h"
#include "services/recommend-service/training/ratings/rating_blend.h"
#include "services/recommend-service/training/ratings/sgd_factorization.h"

namespace clientele::recommend {

std::vector<std::string> RatingFamilyNames() {
  return {"bayesian", "blend", "bayesian-explicit", "svd++", "sgd", "baseline"};
}

absl::StatusOr<std::unique_ptr<RatingFamily>> MakeRatingFamily(absl::string_view name) {
  if (name == "bayesian") return std::make_unique<BayesianFactorization>();
  if (name == "bayesian-explicit") {
    return std::make_unique<BayesianFactorization>(
        BayesianFactorizationOptions{.implicit_terms = false});
  }
  if (name == "sgd") return std::make_unique<SgdFactorization>();
  if (name == "svd++") return std::make_unique<SgdFactorization>(SvdPlusPlus());
  if (name == "baseline") return std::make_unique<BaselineRatings>();
  if (name == "blend") {
    std::vector<std::shared_ptr<const RatingFamily>> members;
    // Chains of different width err differently.
    members.push_back(std::make_shared<BayesianFactorization>());
    members.push_back(
        std::make_shared<BayesianFactorization>(BayesianFactorizationOptions{.factors = 12}));
    members.push_back(std::make_shared<BayesianFactorization>(
        BayesianFactorizationOptions{.implicit_terms = false}));
    members.push_back(std::make_shared<SgdFactorization>());
    members.push_back(std::make_shared<SgdFactorization>(SvdPlusPlus()));
    return std::make_unique<RatingBlend>(std::move(members));
  }
  return absl::InvalidArgumentError(absl::StrCat("the algorithm '", name, "' is none of ",
                                                 absl::StrJoin(RatingFamilyNames(), ", ")));
}

}  // namespace clientele::recommend
