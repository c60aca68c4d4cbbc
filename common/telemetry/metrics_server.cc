#include "common/telemetry/metrics_server.h"

#include <exception>
#include <utility>

#include <prometheus/exposer.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/telemetry/metrics_collectable.h"

namespace clientele::telemetry {
namespace {

constexpr std::size_t kThreads = 2;

std::string Endpoint(const std::string& address, int port) {
  const bool bare_ipv6 = absl::StrContains(address, ":") && !absl::StartsWith(address, "[");
  return bare_ipv6 ? absl::StrCat("[", address, "]:", port) : absl::StrCat(address, ":", port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const MetricsRegistry& registry,
                                                                    const std::string& address,
                                                                    int port) {
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(Endpoint(address, port), kThreads);
    auto collectable = CollectableOf(registry);
    exposer->RegisterCollectable(collectable);
    const int bound = exposer->GetListeningPorts().at(0);
    return std::unique_ptr<MetricsServer>(
        new MetricsServer(std::move(exposer), std::move(collectable), bound));
  } catch (const std::exception&) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on ", Endpoint(address, port), ": is the port in use?"));
  }
}

MetricsServer::MetricsServer(std::unique_ptr<prometheus::Exposer> exposer,
                             std::shared_ptr<prometheus::Collectable> collectable, int port)
    : collectable_(std::move(collectable)), exposer_(std::move(exposer)), port_(port) {}

MetricsServer::~MetricsServer() = default;

}  // namespace clientele::telemetry
