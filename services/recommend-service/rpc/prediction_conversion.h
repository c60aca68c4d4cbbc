#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_PREDICTION_CONVERSION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_PREDICTION_CONVERSION_H_

// Recorded predictions between the protos and core's types. Pure and thread-safe.

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

#include "services/recommend-service/core/predictions/prediction.h"

namespace clientele::recommend {

// "customers/{customer}/predictions/{prediction}".
std::string PredictionName(absl::string_view customer_id, absl::string_view prediction_id);
// Customer and prediction id; INVALID_ARGUMENT about `field`.
absl::StatusOr<std::pair<std::string, std::string>> ParsePredictionName(absl::string_view name,
                                                                        absl::string_view field);

v1::ReplayPredictionResponse ToProto(const ReplayedPrediction& replayed);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_PREDICTION_CONVERSION_H_
