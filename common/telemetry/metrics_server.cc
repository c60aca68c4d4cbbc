#include "common/telemetry/metrics_server.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/telemetry/metrics_collectable.h"

namespace clientele::telemetry {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::chrono::milliseconds kPokeInterval(20);

std::string Endpoint(const std::string& address, int port) {
  const bool bare_ipv6 = absl::StrContains(address, ":") && !absl::StartsWith(address, "[");
  return bare_ipv6 ? absl::StrCat("[", address, "]:", port) : absl::StrCat(address, ":", port);
}

// The HTTP library looks for its stop flag every two seconds or at the next
// connection: this is one.
void Poke(const std::string& address, int port) {
  sockaddr_in endpoint = {};
  endpoint.sin_family = AF_INET;
  endpoint.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, address.c_str(), &endpoint.sin_addr) != 1) return;
  if (endpoint.sin_addr.s_addr == htonl(INADDR_ANY)) {
    endpoint.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  (void)connect(fd, reinterpret_cast<const sockaddr*>(&endpoint), sizeof(endpoint));
  close(fd);
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
        new MetricsServer(std::move(exposer), std::move(collectable), address, bound));
  } catch (const std::exception&) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on ", Endpoint(address, port), ": is the port in use?"));
  }
}

MetricsServer::MetricsServer(std::unique_ptr<prometheus::Exposer> exposer,
                             std::shared_ptr<prometheus::Collectable> collectable,
                             std::string address, int port)
    : collectable_(std::move(collectable)),
      exposer_(std::move(exposer)),
      address_(std::move(address)),
      port_(port) {}

MetricsServer::~MetricsServer() {
  std::future<void> stopped = std::async(std::launch::async, [this] { exposer_ = nullptr; });
  while (stopped.wait_for(kPokeInterval) == std::future_status::timeout) {
    Poke(address_, port_);
  }
}

}  // namespace clientele::telemetry
