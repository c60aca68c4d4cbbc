#include "common/telemetry/metrics_server.h"

#include <cstdint>
#include <utility>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "absl/strings/string_view.h"

#include "common/telemetry/metrics_collectable.h"

namespace clientele::telemetry {
namespace {

constexpr unsigned kMaxConnections = 16;
constexpr unsigned kIdleSeconds = 10;
// The default of most systems; libtorch's thread-local storage comes on top.
constexpr std::size_t kStackBytes = std::size_t{1} << 20;

MHD_Result Respond(MHD_Connection* connection, unsigned status, const std::string& body,
                   const char* content_type) {
  MHD_Response* response = MHD_create_response_from_buffer(
      body.size(), const_cast<char*>(body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
  const MHD_Result queued = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return queued;
}

// Called by libmicrohttpd, a C library: nothing may be thrown through it.
MHD_Result Answer(void* self, MHD_Connection* connection, const char* url, const char* method,
                  const char* /*version*/, const char* /*upload_data*/, size_t* upload_data_size,
                  void** /*state*/) noexcept {
  if (*upload_data_size != 0) return MHD_NO;  // no request here has a body
  if (absl::string_view(method) != "GET" || absl::string_view(url) != "/metrics") {
    return Respond(connection, MHD_HTTP_NOT_FOUND, "GET /metrics\n", "text/plain");
  }
  const auto* collectable = static_cast<const prometheus::Collectable*>(self);
  return Respond(connection, MHD_HTTP_OK,
                 prometheus::TextSerializer().Serialize(collectable->Collect()),
                 "text/plain; version=0.0.4; charset=utf-8");
}

absl::Status CannotServe(const std::string& address, int port) {
  return absl::UnavailableError("cannot serve metrics on " + address + ":" + std::to_string(port) +
                                ": is the port in use?");
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const MetricsRegistry& registry,
                                                                    const std::string& address,
                                                                    int port) {
  sockaddr_storage endpoint = {};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&endpoint);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&endpoint);
  unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD;
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<std::uint16_t>(port));
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<std::uint16_t>(port));
    flags |= MHD_USE_IPv6;
  } else {
    return CannotServe(address, port);
  }

  std::unique_ptr<MetricsServer> server(new MetricsServer(CollectableOf(registry)));
  server->daemon_ = MHD_start_daemon(
      flags, static_cast<std::uint16_t>(port), nullptr, nullptr, &Answer,
      server->collectable_.get(), MHD_OPTION_SOCK_ADDR, reinterpret_cast<sockaddr*>(&endpoint),
      MHD_OPTION_CONNECTION_LIMIT, kMaxConnections, MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,
      MHD_OPTION_THREAD_STACK_SIZE, kStackBytes, MHD_OPTION_END);
  if (server->daemon_ == nullptr) return CannotServe(address, port);
  const MHD_DaemonInfo* info = MHD_get_daemon_info(server->daemon_, MHD_DAEMON_INFO_BIND_PORT);
  server->port_ = info == nullptr ? port : info->port;
  return server;
}

MetricsServer::~MetricsServer() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

}  // namespace clientele::telemetry
