#include "common/rpc/metrics_middleware.h"

#include "common/telemetry/metric_names.h"

namespace clientele::rpc {

MetricsMiddleware::MetricsMiddleware(telemetry::MetricsRegistry* registry)
    : in_flight_(registry->GetGauge(telemetry::kRpcInFlight)),
      requests_(registry, telemetry::kRpcRequests, {"service", "method", "code"}),
      latency_(registry, telemetry::kRpcLatency, {"service", "method"}) {}

absl::Status MetricsMiddleware::OnStart(Call& call) {
  in_flight_.Add(1);
  return absl::OkStatus();
}

void MetricsMiddleware::OnFinish(const Call& call, const absl::Status& status,
                                 absl::Duration elapsed) {
  in_flight_.Add(-1);
  requests_.With({call.service, call.method, absl::StatusCodeToString(status.code())}).Increment();
  latency_.With({call.service, call.method}).Observe(absl::ToDoubleSeconds(elapsed));
}

}  // namespace clientele::rpc
