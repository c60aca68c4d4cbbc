#ifndef CLIENTELE_COMMON_RPC_SERVER_HOST_H_
#define CLIENTELE_COMMON_RPC_SERVER_HOST_H_

// The gRPC server of a service's process: executors, middlewares, health,
// reflection, metrics, signals and a drain that loses no accepted call.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto host, ServerHost::Create(options.host));
//   ProfileRpc service(&host->AddDispatcher(v1::ProfileService::service_full_name()), &core);
//   host->AddService(&service);               // borrowed; outlives the host's Stop()
//   CLIENTELE_RETURN_IF_ERROR(host->Start()); // health says NOT_SERVING
//   host->SetServing(true);                   // once schema, models and backends are ready
//   host->WaitForTermination();               // SIGTERM, SIGINT or RequestStop(), then a drain
//
// Declare the host before the services that use its dispatchers, and call Stop()
// before those go (WaitForTermination and the destructor do it too).
//
// Drain: health turns NOT_SERVING; calls are still accepted until none has arrived for
// `lame_duck`, so that it does not matter how soon clients notice; server streams are
// cancelled; new calls are refused, and clients told so (GOAWAY); accepted calls are
// answered; what is left when lame_duck + drain_timeout have passed is cancelled;
// executors are joined.
//
// Health has three kinds of name: "" is the process and each proto service has its
// own, both SERVING when SetServing says so; "liveness" is SERVING from Start to the
// end, whatever the process waits for. A supervisor that restarts what does not
// answer asks for "liveness": restarting does not bring a database back.
//
// Thread-safe, except that AddDispatcher and AddService come before Start.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/impl/service_type.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/auth/policy.h"
#include "common/rpc/dispatcher.h"
#include "common/telemetry/log.h"
#include "common/telemetry/metrics.h"
#include "common/time/clock.h"

namespace clientele::rpc {

// The health name of a process that answers at all.
inline constexpr char kLiveness[] = "liveness";

class ServerHost {
 public:
  struct Options {
    // Names the process in logs and metrics: "qa-service".
    std::string service_name = "service";
    // False: no port at all, neither of calls nor of metrics; InProcessChannel() is the way in.
    bool listen = true;
    // The interface to listen on; an IP address. Loopback by default.
    std::string address = "127.0.0.1";
    // 0: any free port, see port().
    int port = 0;
    // Prometheus over HTTP on the same address. Unset: port + 1000, or any free
    // port when port is 0; 0: any free port; -1: none.
    std::optional<int> metrics_port = std::nullopt;

    // Bytes of one message.
    int max_receive_bytes = 8 * 1024 * 1024;
    int max_send_bytes = 8 * 1024 * 1024;
    // HTTP/2 streams of one connection.
    int max_concurrent_streams = 256;

    // Workers of unary calls, and calls that may wait for one.
    std::size_t worker_threads = 8;
    std::size_t worker_queue = 256;
    // Workers of unary calls that write (Dispatcher::UnaryWrite), and as many places in a queue as
    // the others have. 0: they run on the workers above.
    std::size_t write_threads = 0;
    // Of the workers and of their queue: the part that the calls of one method get, above 0 to 1;
    // further ones wait, or are RESOURCE_EXHAUSTED, while other methods' calls pass. Then methods
    // with another part, by name ("GetProfile").
    double method_share = 0.75;
    std::map<std::string, double> method_shares = {};
    // Server streams at a time, each on a thread; further ones are refused. Followers of the change
    // feed are such streams.
    std::size_t stream_threads = 32;
    // Workers of messages of client streams, which hold no thread while they wait.
    std::size_t client_stream_threads = 8;
    // Client streams open at a time, of all callers and of one; further ones are refused.
    std::size_t max_client_streams = 8192;
    std::size_t max_client_streams_per_caller = 2048;
    // A client stream without a message for this long is ended.
    absl::Duration stream_idle_limit = absl::Minutes(1);
    // gRPC's own threads and memory. 0: gRPC's default, unbounded.
    int grpc_threads = 64;
    std::size_t grpc_memory_bytes = std::size_t{512} * 1024 * 1024;

    // Unary calls get at most this long, also when the caller sends no deadline.
    absl::Duration max_unary_time = absl::Seconds(30);
    // How long a drain waits for accepted calls before it cancels them.
    absl::Duration drain_timeout = absl::Seconds(20);
    // After health turned NOT_SERVING calls are still accepted until none has arrived for this
    // long (at most half of drain_timeout longer). 0: not at all. On Kubernetes a few seconds,
    // until endpoints have been updated.
    absl::Duration lame_duck = absl::ZeroDuration();

    // Lines "caller:role:sha256-hex-of-token" (common/auth/static_tokens.h). Empty: callers are
    // anonymous and have the role admin, which is refused off loopback unless allow_anonymous.
    std::string auth_tokens_file = {};
    bool allow_anonymous = false;

    // All borrowed and optional. Null: the suite's policy; the system clock; a registry of the
    // host's own; the process's log.
    const auth::Policy* policy = nullptr;
    const Clock* clock = nullptr;
    telemetry::MetricsRegistry* metrics = nullptr;
    telemetry::Logger* logger = nullptr;
  };

  // INVALID_ARGUMENT with one clear line for impossible options.
  static absl::StatusOr<std::unique_ptr<ServerHost>> Create(Options options);
  ~ServerHost();
  ServerHost(const ServerHost&) = delete;
  ServerHost& operator=(const ServerHost&) = delete;

  // The dispatcher of one proto service, owned by the host. `service` is the full
  // proto name.
  Dispatcher& AddDispatcher(absl::string_view service);
  // Borrowed; outlives Stop().
  void AddService(grpc::Service* service);

  // Listens, with as many open files as the process may have. UNAVAILABLE when the port
  // cannot be bound.
  absl::Status Start();
  // After Start: the ports in use (metrics_port: -1 when off; port: 0 without listening).
  int port() const;
  int metrics_port() const;
  // "127.0.0.1:50051", for clients in the same process.
  std::string target() const;
  // After Start: a channel that needs no port, for tests and callers in the same process. Calls
  // pass every middleware; HTTP/2's own limits (metadata, flow control, keepalive) do not apply.
  // Once the host has stopped, no call may begin on it: gRPC would crash.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Health, overall and of every service. Ignored once draining.
  void SetServing(bool serving);
  bool serving() const;

  // Blocks until SIGTERM, SIGINT or RequestStop(), then Stop(). A second signal
  // ends the process at once.
  void WaitForTermination();
  // Makes WaitForTermination return; async-signal-safe, from any thread.
  void RequestStop();
  // Drains and stops; idempotent, blocks until done.
  void Stop();

  telemetry::MetricsRegistry& metrics();
  telemetry::Logger& logger();
  Executor& unary_executor();
  Executor& stream_executor();

 private:
  class Impl;
  explicit ServerHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_SERVER_HOST_H_
