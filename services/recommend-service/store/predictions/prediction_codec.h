#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PREDICTIONS_PREDICTION_CODEC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PREDICTIONS_PREDICTION_CODEC_H_

// Predictions as JSON, in which every number comes back to the bit and what is not known (NaN) is
// null. Customer, id and time are columns of their own and not part of it. Pure.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/predictions/prediction.h"

namespace clientele::recommend {

std::string EncodePrediction(const Prediction& prediction);
// DATA_LOSS for anything else.
absl::StatusOr<Prediction> DecodePrediction(absl::string_view text);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PREDICTIONS_PREDICTION_CODEC_H_
