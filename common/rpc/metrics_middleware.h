#ifndef CLIENTELE_COMMON_RPC_METRICS_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_METRICS_MIDDLEWARE_H_

#include "common/rpc/middleware.h"
#include "common/telemetry/metric_family.h"
#include "common/telemetry/metrics.h"

namespace clientele::rpc {

// Calls by service, method and code; their latency by service and method; calls in
// flight.
class MetricsMiddleware final : public Middleware {
 public:
  // `registry` is borrowed.
  explicit MetricsMiddleware(telemetry::MetricsRegistry* registry);
  absl::Status OnStart(Call& call) override;
  void OnFinish(const Call& call, const absl::Status& status, absl::Duration elapsed) override;

 private:
  telemetry::Gauge in_flight_;
  telemetry::CounterFamily requests_;
  telemetry::HistogramFamily latency_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_METRICS_MIDDLEWARE_H_
