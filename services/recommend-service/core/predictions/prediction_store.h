#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTION_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTION_STORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/predictions/prediction.h"

namespace clientele::recommend {

// Where predictions live. They go with their customer's deletion, which the change feed brings.
// UNAVAILABLE (reason DATABASE_UNAVAILABLE) when the database cannot be reached. Thread-safe.
class PredictionStore {
 public:
  virtual ~PredictionStore() = default;

  // Stores it under a new id, which nobody can guess, and returns that. Empty, and nothing is
  // stored, for customers whom the change feed has not shown to exist: nothing comes after a
  // deletion.
  virtual absl::StatusOr<std::string> Insert(const RequestContext& context,
                                             const Prediction& prediction) = 0;
  // NOT_FOUND when the customer has no such prediction.
  virtual absl::StatusOr<Prediction> Get(const RequestContext& context,
                                         absl::string_view customer_id, absl::string_view id) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_PREDICTIONS_PREDICTION_STORE_H_
