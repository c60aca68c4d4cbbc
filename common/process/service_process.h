#ifndef CLIENTELE_COMMON_PROCESS_SERVICE_PROCESS_H_
#define CLIENTELE_COMMON_PROCESS_SERVICE_PROCESS_H_

// What the process of every service has in common: a gRPC host, a connection pool, health that
// follows what the service needs, repeated tasks, a change feed that is followed, and one order in
// which all of it stops.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto process, ServiceProcess::Create(options.host,
//                                                                   options.database));
//   PgArticleStore store(&process->database(), process->clock());
//   QaRpc rpc(&process->host().AddDispatcher(...), &articles);
//   process->host().AddService(&rpc);
//   process->ReadyWhen({.interval = absl::Seconds(1),
//                       .check_schema = CheckSchema,
//                       .check = [&](const RequestContext& context) { return Check(context); }});
//   process->Repeat("prune", absl::Minutes(10),
//                   [&](const RequestContext& context) { return store.Prune(context); });
//   CLIENTELE_RETURN_IF_ERROR(process->Start());
//   process->Run();   // until SIGTERM, then Stop()
//
// Stop() ends things in this order: the host drains (health turns NOT_SERVING, accepted calls are
// answered); contexts of the process's own work are cancelled; the follower stops; functions given
// to OnStop run, the last first; repeated tasks end; metrics that were added go. Whoever gives
// functions to a process calls Stop() before what they use is destroyed.
//
// Set up by one thread; Start, Run, Stop and the getters are thread-safe. No torch here.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/changefeed/change_sink.h"
#include "common/changefeed/change_source.h"
#include "common/database/database_options.h"
#include "common/executor/request_context.h"
#include "common/postgres/connection_pool.h"
#include "common/rpc/server_host.h"
#include "common/telemetry/log.h"
#include "common/telemetry/metrics.h"
#include "common/time/clock.h"

namespace clientele::process {

// One repeated task.
class RepeatedTask {
 public:
  virtual ~RepeatedTask() = default;
  // Ends the pause; while the task runs, the next run follows without one. No effect before
  // Start().
  virtual void Wake() = 0;
};

struct ReadinessOptions {
  // Between two checks.
  absl::Duration interval = absl::Seconds(1);
  // Called until it returns OK once: a schema does not grow older. Empty: there is no schema.
  std::function<absl::Status(postgres::ConnectionPool&)> check_schema = {};
  // OK when the service can work, else what it waits for.
  std::function<absl::Status(const RequestContext&)> check = {};
  // Of one check.
  absl::Duration timeout = absl::Seconds(10);
};

class ServiceProcess {
 public:
  // Listens only after Start(). Needs no live PostgreSQL; without `database` the service stores
  // nothing. INVALID_ARGUMENT, NOT_FOUND or FAILED_PRECONDITION for impossible options and a
  // missing connection string.
  static absl::StatusOr<std::unique_ptr<ServiceProcess>> Create(
      const rpc::ServerHost::Options& host,
      const std::optional<database::DatabaseOptions>& database = std::nullopt);
  // Stops.
  ~ServiceProcess();
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  // All live as long as the process.
  rpc::ServerHost& host();
  // Only where the process has one.
  postgres::ConnectionPool& database();
  const Clock* clock() const;
  telemetry::Logger& log();
  telemetry::MetricsRegistry& metrics();

  // The context of work that no caller asked for: the service's name, `timeout` from now,
  // background priority, and cancelled when the process stops.
  RequestContext OwnContext(absl::Duration timeout) const;

  // Before Start():

  // Health follows this. Without it the process serves from Start() on.
  void ReadyWhen(ReadinessOptions options);
  // Runs `task` at Start() and again `pause` after each run, on a thread of its own, with an
  // OwnContext() of `timeout`. Its result is logged as `name`, once for each change.
  // The task returned lives as long as the process.
  RepeatedTask* Repeat(std::string name, absl::Duration pause,
                       std::function<absl::Status(const RequestContext&)> task,
                       absl::Duration timeout = absl::Seconds(30));
  // Applies a feed to a sink, with its lag in metrics and its state in the log. Null: no feed is
  // followed. The sink is borrowed.
  void Follow(std::unique_ptr<changefeed::ChangeSource> source, changefeed::ChangeSink* sink);
  // Runs while the process stops.
  void OnStop(std::function<void()> function);
  // Keeps these until the process stops.
  void Keep(std::vector<std::shared_ptr<void>> metric_handles);

  // Listens and starts the tasks. UNAVAILABLE when the port is taken.
  absl::Status Start();
  // Blocks until the process is told to stop, then stops.
  void Run();
  // Idempotent; blocks until done.
  void Stop();

  int port() const;
  // "127.0.0.1:50051".
  std::string target() const;
  bool serving() const;

 private:
  struct Impl;
  explicit ServiceProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::process

#endif  // CLIENTELE_COMMON_PROCESS_SERVICE_PROCESS_H_
