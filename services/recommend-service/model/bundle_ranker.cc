#include "services/recommend-service/model/bundle_ranker.h"

#include <memory>

#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::StatusOr<RankerScores> BundleRanker::Score(const RequestContext& /*context*/,
                                                 const std::vector<std::vector<float>>& rows,
                                                 absl::string_view customer_id) {
  const std::shared_ptr<const inference::TabularModel> model = handle_->Choose(customer_id);
  if (model == nullptr) return absl::UnavailableError("no ranker serves");
  std::vector<const inference::FeatureRow*> pointers;
  pointers.reserve(rows.size());
  for (const std::vector<float>& row : rows) pointers.push_back(&row);
  RankerScores scores{.model_id = model->id(), .scores = {}};
  CLIENTELE_ASSIGN_OR_RETURN(scores.scores, model->Compute(pointers));
  return scores;
}

}  // namespace clientele::recommend
