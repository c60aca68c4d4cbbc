#ifndef CLIENTELE_COMMON_TELEMETRY_METRICS_COLLECTABLE_H_
#define CLIENTELE_COMMON_TELEMETRY_METRICS_COLLECTABLE_H_

#include <memory>

#include "common/telemetry/metrics.h"

namespace clientele::telemetry {

// The registry as prometheus-cpp's exposers take it.
std::shared_ptr<prometheus::Collectable> CollectableOf(const MetricsRegistry& registry);

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRICS_COLLECTABLE_H_
