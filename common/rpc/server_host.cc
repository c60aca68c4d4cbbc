#include "common/rpc/server_host.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <grpc/grpc.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/channel_arguments.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

#include "common/auth/static_tokens.h"
#include "common/auth/suite_policy.h"
#include "common/rpc/auth_middleware.h"
#include "common/rpc/credentials.h"
#include "common/rpc/deadline_middleware.h"
#include "common/rpc/library_log.h"
#include "common/rpc/log_middleware.h"
#include "common/rpc/malformed_request.h"
#include "common/rpc/metadata_middleware.h"
#include "common/rpc/metrics_middleware.h"
#include "common/rpc/policy_middleware.h"
#include "common/rpc/reflection_service.h"
#include "common/rpc/trace_middleware.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"
#include "common/telemetry/metrics_server.h"

namespace clientele::rpc {
namespace {

// What a call may have, and where gRPC gives up the connection.
constexpr std::size_t kMaxMetadataBytes = std::size_t{16} * 1024;
constexpr int kMaxTransportMetadataBytes = 256 * 1024;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// Clients of the suite probe every 30 s; more frequent probes are abuse.
constexpr int kMinPingIntervalMs = 10'000;
constexpr int kMaxConnectionIdleMs = 3'600'000;

// A drain ends after this long without a call.
constexpr std::chrono::milliseconds kQuiet(100);

// Clients have this long to read that a stopping server takes no more calls, before their
// connections are cut; those who read it close them at once.
constexpr absl::Duration kGoodbye = absl::Seconds(2);

// Where the signal handler reports to; the host that waits for termination.
std::atomic<int> stop_event = -1;

void OnSignal(int) {
  const int saved_errno = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_event.load(), &one, sizeof(one));
  errno = saved_errno;
}

// Each connection is a file; the usual soft limit of 1024 is for programs that use select().
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void InitGrpcPlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    // gRPC's locks are Abseil's, and Debian builds these with a search for deadlocks at each lock:
    // a twentieth of a call's processor time.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

bool IsLoopback(absl::string_view address) {
  return address == "localhost" || address == "::1" || address == "[::1]" ||
         absl::StartsWith(address, "127.");
}

std::string Endpoint(const std::string& address, int port) {
  const bool bare_ipv6 = absl::StrContains(address, ":") && !absl::StartsWith(address, "[");
  return bare_ipv6 ? absl::StrCat("[", address, "]:", port) : absl::StrCat(address, ":", port);
}

absl::Status CheckOptions(const ServerHost::Options& options) {
  const auto refuse = [](absl::string_view message) { return absl::InvalidArgumentError(message); };
  if (options.address.empty()) return refuse("--address must not be empty");
  if (options.port < 0 || options.port > 65535) return refuse("--port must be 0 to 65535");
  if (options.metrics_port && (*options.metrics_port < -1 || *options.metrics_port > 65535)) {
    return refuse("--metrics_port must be -1 (none), 0 (any free port) or up to 65535");
  }
  if (options.max_receive_bytes <= 0 || options.max_send_bytes <= 0) {
    return refuse("message limits must be positive");
  }
  if (options.max_concurrent_streams <= 0) return refuse("max_concurrent_streams must be positive");
  if (options.worker_threads == 0) return refuse("--worker_threads must be at least 1");
  if (options.stream_threads == 0) return refuse("--stream_threads must be at least 1");
  if (!(options.method_share > 0 && options.method_share <= 1)) {
    return refuse("--method_share must be above 0 and at most 1");
  }
  if (options.client_stream_threads == 0) {
    return refuse("--client_stream_threads must be at least 1");
  }
  if (options.stream_idle_limit <= absl::ZeroDuration()) {
    return refuse("--stream_idle_limit must be positive");
  }
  if (options.max_unary_time <= absl::ZeroDuration()) {
    return refuse("--max_unary_time must be positive");
  }
  if (options.drain_timeout < absl::ZeroDuration() || options.lame_duck < absl::ZeroDuration()) {
    return refuse("--drain_timeout and --lame_duck must not be negative");
  }
  if (options.auth_tokens_file.empty() && !options.allow_anonymous &&
      !IsLoopback(options.address)) {
    return refuse(absl::StrCat("--address ", options.address,
                               " can be reached from other machines: give --auth_tokens_file, or "
                               "--allow_anonymous to accept every caller"));
  }
  return absl::OkStatus();
}

}  // namespace

class ServerHost::Impl {
 public:
  Impl(Options options, std::unique_ptr<Middleware> authentication)
      : options_(std::move(options)),
        clock_(options_.clock != nullptr ? options_.clock : SystemClock::Get()),
        metrics_(options_.metrics != nullptr ? options_.metrics : &own_metrics_),
        logger_(options_.logger != nullptr ? options_.logger : &telemetry::Logger::Process()),
        unary_({.name = "unary",
                .threads = options_.worker_threads,
                .queue_capacity = options_.worker_queue,
                .kind_share = options_.method_share,
                .kind_shares = options_.method_shares}),
        writes_(options_.write_threads == 0 ? nullptr
                                            : std::make_unique<Executor>(ExecutorOptions{
                                                  .name = "write",
                                                  .threads = options_.write_threads,
                                                  .queue_capacity = options_.worker_queue})),
        streams_({.name = "stream", .threads = options_.stream_threads, .queue_capacity = 0}),
        client_streams_({.name = "client_stream",
                         .threads = options_.client_stream_threads,
                         .queue_capacity = options_.max_client_streams}),
        waiting_streams_({.max_streams = options_.max_client_streams,
                          .max_per_caller = options_.max_client_streams_per_caller,
                          .idle_limit = options_.stream_idle_limit}),
        stop_fd_(eventfd(0, EFD_CLOEXEC)) {
    chain_.push_back(std::make_unique<TraceMiddleware>());
    chain_.push_back(std::make_unique<LogMiddleware>(logger_));
    chain_.push_back(std::make_unique<MetricsMiddleware>(metrics_));
    chain_.push_back(std::make_unique<MetadataMiddleware>(kMaxMetadataBytes));
    chain_.push_back(std::move(authentication));
    chain_.push_back(std::make_unique<PolicyMiddleware>(
        options_.policy != nullptr ? options_.policy : &auth::SuitePolicy()));
    chain_.push_back(std::make_unique<DeadlineMiddleware>(options_.max_unary_time, clock_));
    AddExecutorMetrics("unary", unary_);
    AddExecutorMetrics("stream", streams_);
    AddExecutorMetrics("client_stream", client_streams_);
    if (writes_ != nullptr) AddExecutorMetrics("write", *writes_);
    gauges_.push_back(metrics_->AddGaugeCallback(telemetry::kServing, {},
                                                 [this] { return serving_.load() ? 1.0 : 0.0; }));
  }

  ~Impl() {
    Stop();
    gauges_.clear();
    close(stop_fd_);
  }

  Dispatcher& AddDispatcher(absl::string_view service) {
    dispatchers_.push_back(std::make_unique<Dispatcher>(
        std::string(service), Dispatcher::Dependencies{.middlewares = &chain_,
                                                       .unary_executor = &unary_,
                                                       .stream_executor = &streams_,
                                                       .client_stream_executor = &client_streams_,
                                                       .waiting_streams = &waiting_streams_,
                                                       .write_executor = writes_.get(),
                                                       .clock = clock_,
                                                       .in_flight = &in_flight_,
                                                       .drain = drain_.token()}));
    return *dispatchers_.back();
  }

  void AddService(grpc::Service* service) { services_.push_back(service); }

  absl::Status Start() {
    RaiseFileLimit();
    InitGrpcPlugins();
    grpc::ServerBuilder builder;
    if (options_.listen) {
      builder.AddListeningPort(Endpoint(options_.address, options_.port), MakeServerCredentials(),
                               &port_);
    }
    for (grpc::Service* service : services_) builder.RegisterService(service);
    reflection_ = std::make_unique<internal::ReflectionService>(ServiceNames());
    builder.RegisterService(reflection_.get());
    builder.SetMaxReceiveMessageSize(options_.max_receive_bytes);
    builder.SetMaxSendMessageSize(options_.max_send_bytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options_.max_concurrent_streams);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxTransportMetadataBytes);
    // A second process on the same port is an error, not a silent share of it.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kMinPingIntervalMs);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kMaxConnectionIdleMs);
    // Health and reflection are gRPC's own synchronous services.
    builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 2);
    grpc::ResourceQuota quota(options_.service_name);
    if (options_.grpc_threads > 0) quota.SetMaxThreads(options_.grpc_threads);
    if (options_.grpc_memory_bytes > 0) quota.Resize(options_.grpc_memory_bytes);
    builder.SetResourceQuota(quota);
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
    factories.push_back(MakeMalformedRequestFactory(metrics_));
    builder.experimental().SetInterceptorCreators(std::move(factories));

    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError(absl::StrCat(
          "cannot listen on ", Endpoint(options_.address, options_.port), ": is the port in use?"));
    }
    ApplyHealth();
    if (options_.auth_tokens_file.empty()) {
      logger_->Warning("anonymous_callers", {{"role", auth::RoleName(auth::Role::kAdmin)}});
    }
    if (!options_.listen) return absl::OkStatus();

    const int metrics_port =
        options_.metrics_port.value_or(options_.port == 0 ? 0 : options_.port + 1000);
    if (metrics_port >= 0) {
      auto server = telemetry::MetricsServer::Start(*metrics_, options_.address, metrics_port);
      if (!server.ok()) {
        Stop();
        return server.status();
      }
      metrics_server_ = *std::move(server);
    }
    logger_->Info("listening", {{"address", Endpoint(options_.address, port_)},
                                {"metrics_port", this->metrics_port()}});
    return absl::OkStatus();
  }

  int port() const { return port_; }
  int metrics_port() const { return metrics_server_ == nullptr ? -1 : metrics_server_->port(); }
  std::string target() const { return Endpoint(options_.address, port_); }
  std::shared_ptr<grpc::Channel> InProcessChannel() {
    return server_->InProcessChannel(grpc::ChannelArguments());
  }
  bool serving() const { return serving_; }

  void SetServing(bool serving) {
    {
      std::lock_guard lock(health_mutex_);
      if (draining_ || serving_ == serving) return;
      serving_ = serving;
      ApplyHealthLocked();
    }
    logger_->Info(serving ? "serving" : "not_serving");
  }

  void WaitForTermination() {
    stop_event = stop_fd_;
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    std::uint64_t count = 0;
    while (read(stop_fd_, &count, sizeof(count)) < 0 && errno == EINTR) {
    }
    Stop();
  }

  void RequestStop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(stop_fd_, &one, sizeof(one));
  }

  void Stop() {
    std::lock_guard stop_lock(stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    {
      std::lock_guard lock(health_mutex_);
      draining_ = true;
      serving_ = false;
      ApplyHealthLocked();
    }
    const absl::Time end = absl::Now() + options_.lame_duck + options_.drain_timeout;
    if (server_ != nullptr) {
      logger_->Info("draining");
      // Whoever still calls has not read that this server drains.
      if (options_.lame_duck > absl::ZeroDuration()) {
        in_flight_.WaitUntilNoneArrives(
            absl::ToChronoMilliseconds(options_.lame_duck),
            absl::ToChronoMilliseconds(options_.lame_duck + options_.drain_timeout / 2));
      }
    }
    drain_.Cancel();
    waiting_streams_.Drain();
    if (server_ != nullptr) Shutdown(end);
    unary_.Drain();
    if (writes_ != nullptr) writes_->Drain();
    streams_.Drain();
    client_streams_.Drain();
    metrics_server_ = nullptr;
    if (server_ != nullptr) {
      server_ = nullptr;
      logger_->Info("stopped");
    }
  }

  telemetry::MetricsRegistry& metrics() { return *metrics_; }
  telemetry::Logger& logger() { return *logger_; }
  Executor& unary() { return unary_; }
  Executor& streams() { return streams_; }

 private:
  // Refuses new calls and waits for the accepted ones. A client that does not read what it is
  // sent keeps its connection, and its health watch, for ever: once the calls are answered it
  // gets kGoodbye, where there is a lame duck at all, and then everything is cancelled.
  void Shutdown(absl::Time end) {
    std::promise<void> closed;
    std::thread waits_for_all([&] {
      server_->Shutdown(absl::ToChronoTime(end));
      closed.set_value();
    });
    if (in_flight_.WaitUntilQuiet(kQuiet, absl::ToChronoMilliseconds(end - absl::Now()))) {
      if (options_.lame_duck > absl::ZeroDuration()) {
        const absl::Duration goodbye = std::min(kGoodbye, end - absl::Now());
        closed.get_future().wait_for(absl::ToChronoMilliseconds(goodbye));
      }
      grpc_server_cancel_all_calls(server_->c_server());
    }
    waits_for_all.join();
  }

  std::vector<std::string> ServiceNames() const {
    std::vector<std::string> names = {"grpc.health.v1.Health",
                                      "grpc.reflection.v1.ServerReflection",
                                      "grpc.reflection.v1alpha.ServerReflection"};
    for (const auto& dispatcher : dispatchers_) names.push_back(dispatcher->service());
    return names;
  }

  void AddExecutorMetrics(const std::string& name, const Executor& executor) {
    gauges_.push_back(
        metrics_->AddGaugeCallback(telemetry::kExecutorQueued, {{"executor", name}},
                                   [&executor] { return static_cast<double>(executor.queued()); }));
    gauges_.push_back(metrics_->AddGaugeCallback(
        telemetry::kExecutorRunning, {{"executor", name}},
        [&executor] { return static_cast<double>(executor.running()); }));
  }

  void ApplyHealth() {
    std::lock_guard lock(health_mutex_);
    ApplyHealthLocked();
  }

  void ApplyHealthLocked() {
    if (server_ == nullptr) return;
    grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
    if (health == nullptr) return;
    // By name: without one every name would be set, liveness too.
    health->SetServingStatus("", serving_);
    health->SetServingStatus(kLiveness, true);
    for (const auto& dispatcher : dispatchers_) {
      health->SetServingStatus(dispatcher->service(), serving_);
    }
  }

  const Options options_;
  const Clock* const clock_;
  telemetry::MetricsRegistry own_metrics_;
  telemetry::MetricsRegistry* const metrics_;
  telemetry::Logger* const logger_;
  MiddlewareChain chain_;
  CancellationSource drain_;
  internal::InFlightCalls in_flight_;
  Executor unary_;
  const std::unique_ptr<Executor> writes_;  // null: unary_ does their work
  Executor streams_;
  Executor client_streams_;
  WaitingStreams waiting_streams_;
  const int stop_fd_;
  std::vector<std::shared_ptr<void>> gauges_;
  std::vector<std::unique_ptr<Dispatcher>> dispatchers_;
  std::vector<grpc::Service*> services_;
  std::unique_ptr<internal::ReflectionService> reflection_;

  std::mutex health_mutex_;
  bool draining_ = false;
  std::atomic<bool> serving_ = false;

  std::mutex stop_mutex_;
  bool stopped_ = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<telemetry::MetricsServer> metrics_server_;
};

absl::StatusOr<std::unique_ptr<ServerHost>> ServerHost::Create(Options options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  RedirectLibraryLogs();
  if (options.logger == nullptr) telemetry::Logger::SetProcessName(options.service_name);
  std::unique_ptr<Middleware> authentication = std::make_unique<AnonymousMiddleware>();
  if (!options.auth_tokens_file.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(auth::StaticTokens tokens,
                               auth::StaticTokens::FromFile(options.auth_tokens_file));
    authentication = std::make_unique<AuthMiddleware>(
        std::make_unique<const auth::StaticTokens>(std::move(tokens)));
  }
  // Connections and threads of every process are visible through channelz: for
  // debugging on the machine itself only.
  if (IsLoopback(options.address)) {
    static std::once_flag once;
    std::call_once(once, [] { grpc::channelz::experimental::InitChannelzService(); });
  }
  return std::unique_ptr<ServerHost>(
      new ServerHost(std::make_unique<Impl>(std::move(options), std::move(authentication))));
}

ServerHost::ServerHost(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServerHost::~ServerHost() = default;

Dispatcher& ServerHost::AddDispatcher(absl::string_view service) {
  return impl_->AddDispatcher(service);
}
void ServerHost::AddService(grpc::Service* service) { impl_->AddService(service); }
absl::Status ServerHost::Start() { return impl_->Start(); }
int ServerHost::port() const { return impl_->port(); }
int ServerHost::metrics_port() const { return impl_->metrics_port(); }
std::string ServerHost::target() const { return impl_->target(); }
std::shared_ptr<grpc::Channel> ServerHost::InProcessChannel() { return impl_->InProcessChannel(); }
void ServerHost::SetServing(bool serving) { impl_->SetServing(serving); }
bool ServerHost::serving() const { return impl_->serving(); }
void ServerHost::WaitForTermination() { impl_->WaitForTermination(); }
void ServerHost::RequestStop() { impl_->RequestStop(); }
void ServerHost::Stop() { impl_->Stop(); }
telemetry::MetricsRegistry& ServerHost::metrics() { return impl_->metrics(); }
telemetry::Logger& ServerHost::logger() { return impl_->logger(); }
Executor& ServerHost::unary_executor() { return impl_->unary(); }
Executor& ServerHost::stream_executor() { return impl_->streams(); }

}  // namespace clientele::rpc
