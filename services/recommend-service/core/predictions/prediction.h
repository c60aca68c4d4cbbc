#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTION_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/score_inputs.h"

namespace clientele::recommend {

// A list as a customer got it, with what its models were given. Immutable; goes with its customer.
struct Prediction {
  std::string customer_id;
  std::string id;          // unique; set by the store
  absl::Time create_time;  // to the microsecond
  Strategy strategy = Strategy::kPopular;
  std::vector<std::string> models;    // "name/version"
  std::vector<std::string> item_ids;  // in the order of the list
  std::vector<double> scores;         // likewise
  ScoreInputs inputs;                 // likewise

  bool operator==(const Prediction&) const = default;
};

// Its scores, computed again.
struct ReplayedPrediction {
  Prediction prediction;
  std::vector<double> scores;  // in the order of the prediction's items
  bool is_bit_exact = false;   // every score is the one of then, to the bit
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTION_H_
