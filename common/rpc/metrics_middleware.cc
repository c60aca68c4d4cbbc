#include "common/rpc/metrics_middleware.h"

#include <string>

#include "common/telemetry/metric_names.h"

namespace clientele::rpc {

MetricsMiddleware::MetricsMiddleware(telemetry::MetricsRegistry* registry)
    : registry_(registry), in_flight_(registry->GetGauge(telemetry::kRpcInFlight)) {}

absl::Status MetricsMiddleware::OnStart(Call& call) {
  in_flight_.Add(1);
  return absl::OkStatus();
}

void MetricsMiddleware::OnFinish(const Call& call, const absl::Status& status,
                                 absl::Duration elapsed) {
  in_flight_.Add(-1);
  const std::string service(call.service);
  registry_
      ->GetCounter(telemetry::kRpcRequests, {{"service", service},
                                             {"method", call.method},
                                             {"code", absl::StatusCodeToString(status.code())}})
      .Increment();
  registry_->GetHistogram(telemetry::kRpcLatency, {{"service", service}, {"method", call.method}})
      .Observe(absl::ToDoubleSeconds(elapsed));
}

}  // namespace clientele::rpc
