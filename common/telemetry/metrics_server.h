#ifndef CLIENTELE_COMMON_TELEMETRY_METRICS_SERVER_H_
#define CLIENTELE_COMMON_TELEMETRY_METRICS_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/telemetry/metrics.h"

namespace prometheus {
class Exposer;
}

namespace clientele::telemetry {

// Serves GET /metrics over HTTP until destroyed. Thread-safe.
class MetricsServer {
 public:
  // `registry` is borrowed. `port` 0: any free port. UNAVAILABLE when the port
  // cannot be bound.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const MetricsRegistry& registry,
                                                              const std::string& address, int port);
  ~MetricsServer();

  int port() const { return port_; }

 private:
  MetricsServer(std::unique_ptr<prometheus::Exposer> exposer,
                std::shared_ptr<prometheus::Collectable> collectable, std::string address,
                int port);

  std::shared_ptr<prometheus::Collectable> collectable_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  const std::string address_;
  const int port_;
};

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRICS_SERVER_H_
