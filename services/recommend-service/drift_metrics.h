#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_DRIFT_METRICS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_DRIFT_METRICS_H_

// Whether both models still see what they were trained on, put together: what counts at each call,
// and the gauges that tell.

#include <memory>
#include <vector>

#include "common/telemetry/metrics.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/drift/drift_observing_ranker.h"
#include "services/recommend-service/core/drift/feature_drift.h"

namespace clientele::recommend {

// Thread-safe.
class DriftMetrics {
 public:
  // Borrows clock and ranker, which may be null. An interval of 0: nothing is counted.
  DriftMetrics(const Clock* clock, const FeatureDriftOptions& options, Ranker* ranker);

  // Null where nothing is counted.
  FeatureDrift* histories() { return is_on_ ? &histories_ : nullptr; }
  // The ranker, whose rows are counted; null where there is none.
  Ranker* ranker();
  // Makes the indices anew where enough was counted.
  void Refresh();
  // Gauges of both models' features, as long as the handles and this live.
  [[nodiscard]] std::vector<std::shared_ptr<void>> Measure(telemetry::MetricsRegistry& metrics);

 private:
  const bool is_on_;
  Ranker* const ranker_;
  FeatureDrift histories_;
  FeatureDrift rows_;
  DriftObservingRanker observing_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_DRIFT_METRICS_H_
