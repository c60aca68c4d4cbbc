#include "services/recommend-service/rpc/prediction_conversion.h"

#include <cstddef>

#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "services/recommend-service/rpc/recommend_conversion.h"

namespace clientele::recommend {
namespace {

constexpr char kPredictionPattern[] = "customers/{}/predictions/{}";

}  // namespace

std::string PredictionName(absl::string_view customer_id, absl::string_view prediction_id) {
  return rpc::FormatNestedResourceName(kPredictionPattern, customer_id, prediction_id);
}

absl::StatusOr<std::pair<std::string, std::string>> ParsePredictionName(absl::string_view name,
                                                                        absl::string_view field) {
  return rpc::ParseNestedResourceName(kPredictionPattern, name, field);
}

v1::ReplayPredictionResponse ToProto(const ReplayedPrediction& replayed) {
  const Prediction& prediction = replayed.prediction;
  v1::ReplayPredictionResponse response;
  response.set_name(PredictionName(prediction.customer_id, prediction.id));
  *response.mutable_create_time() = rpc::ToTimestamp(prediction.create_time);
  response.set_strategy(ToProto(prediction.strategy));
  response.mutable_models()->Assign(prediction.models.begin(), prediction.models.end());
  for (std::size_t at = 0; at < prediction.item_ids.size(); ++at) {
    v1::ReplayedScore& score = *response.add_scores();
    score.set_item(rpc::FormatResourceName("items/{}", prediction.item_ids[at]));
    score.set_recorded_score(prediction.scores[at]);
    score.set_replayed_score(replayed.scores[at]);
  }
  response.set_bit_exact(replayed.is_bit_exact);
  return response;
}

}  // namespace clientele::recommend
