#include "services/recommend-service/prediction_metrics.h"

#include "common/telemetry/metric_names.h"

namespace clientele::recommend {

std::function<void(Recording)> CountPredictions(telemetry::MetricsRegistry& metrics) {
  const auto counter = [&](const char* outcome) {
    return metrics.GetCounter(telemetry::kRecordedPredictions, {{"outcome", outcome}});
  };
  return [stored = counter("stored"), unknown = counter("unknown_customer"),
          withheld = counter("withheld"), failed = counter("failed")](Recording recording) mutable {
    switch (recording) {
      case Recording::kStored:
        return stored.Increment();
      case Recording::kUnknownCustomer:
        return unknown.Increment();
      case Recording::kWithheld:
        return withheld.Increment();
      case Recording::kFailed:
        return failed.Increment();
    }
  };
}

}  // namespace clientele::recommend
