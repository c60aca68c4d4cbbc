#ifndef CLIENTELE_COMMON_TELEMETRY_METRICS_SERVER_H_
#define CLIENTELE_COMMON_TELEMETRY_METRICS_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/telemetry/metrics.h"

struct MHD_Daemon;

namespace clientele::telemetry {

// Serves GET /metrics over HTTP (libmicrohttpd) until destroyed, on one thread, to
// at most 16 connections at a time. Thread-safe.
//
// Not prometheus-cpp's own Exposer: its HTTP library starts threads with stacks of
// 100 KiB, which the C library refuses in a process that has loaded libtorch (its
// thread-local storage alone is larger).
class MetricsServer {
 public:
  // `registry` is borrowed. `address` is an IP address; `port` 0: any free port.
  // UNAVAILABLE when the port cannot be bound.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const MetricsRegistry& registry,
                                                              const std::string& address, int port);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  int port() const { return port_; }

 private:
  explicit MetricsServer(std::shared_ptr<prometheus::Collectable> collectable)
      : collectable_(std::move(collectable)) {}

  const std::shared_ptr<prometheus::Collectable> collectable_;
  MHD_Daemon* daemon_ = nullptr;
  int port_ = 0;
};

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRICS_SERVER_H_
