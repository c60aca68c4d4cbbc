#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_PREDICTION_METRICS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_PREDICTION_METRICS_H_

#include <functional>

#include "common/telemetry/metrics.h"
#include "services/recommend-service/core/predictions/predictions.h"

namespace clientele::recommend {

// Counts recommendations that were to be recorded, by what became of them. Borrows the registry.
// Thread-safe.
std::function<void(Recording)> CountPredictions(telemetry::MetricsRegistry& metrics);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_PREDICTION_METRICS_H_
