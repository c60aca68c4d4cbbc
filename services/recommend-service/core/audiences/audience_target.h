#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_TARGET_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_TARGET_H_

// A target of an audience in the terms of the model. Scores are linear in q_i and b_i, so the
// (weighted) mean of a customer's scores for several items is the score for the mean of their
// factors:
//
//   sum_i w_i (mu + b_u + b_i + q_i^T p_u) / sum_i w_i = mu + b_u + b + q^T p_u
//
// An item that the model neither knows nor estimates has q = 0 and b = 0, as in Recommend.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/recommend-service/core/audiences/audience.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

// How many items a text stands for.
inline constexpr std::size_t kTextTargetItems = 20;

// Immutable.
struct AudienceTarget {
  std::shared_ptr<const ServingView> view;  // with a model
  std::vector<float> factors;               // q
  double bias = 0;                          // b
  std::vector<std::string> item_ids;        // of the items it stands for, ascending
  std::string category;                     // of an item or a category, else empty
  double popularity = 0;                    // of an item, else 0
  bool is_item = false;

  double Score(const CustomerFactors& customer) const;
  // What reasons are found for.
  ReasonSubject Subject() const;
};

// Categories and texts name items that are available at `now`, a category those of all categories
// within it. FAILED_PRECONDITION (reason NO_MODEL) where no model serves; NOT_FOUND where no item
// answers to the name; UNAVAILABLE for a text before the items' texts were read.
absl::StatusOr<AudienceTarget> ResolveTarget(std::shared_ptr<const ServingView> view,
                                             const AudienceTargetName& name, absl::Time now);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_TARGET_H_
