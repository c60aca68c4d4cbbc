#include "common/process/service_process.h"

#include <mutex>
#include <utility>

#include "common/changefeed/change_follower.h"
#include "common/database/database.h"
#include "common/executor/cancellation.h"
#include "common/executor/periodic_task.h"
#include "common/process/readiness.h"
#include "common/process/state_log.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"

namespace clientele::process {

struct ServiceProcess::Impl {
  class Task final : public RepeatedTask {
   public:
    Task(absl::Duration pause, std::function<void()> run) : pause_(pause), run_(std::move(run)) {}

    void Start() {
      std::lock_guard lock(mutex_);
      thread_ = std::make_unique<PeriodicTask>(pause_, run_);
    }
    void Wake() override {
      std::lock_guard lock(mutex_);
      if (thread_ != nullptr) thread_->Wake();
    }
    // Not under the lock: the run that is waited for may wake the task.
    void Stop() {
      std::unique_ptr<PeriodicTask> thread;
      {
        std::lock_guard lock(mutex_);
        thread = std::move(thread_);
      }
    }

   private:
    const absl::Duration pause_;
    const std::function<void()> run_;
    std::mutex mutex_;
    std::unique_ptr<PeriodicTask> thread_;
  };

  Impl(std::unique_ptr<rpc::ServerHost> server_host,
       std::unique_ptr<postgres::ConnectionPool> connections, std::string service_name,
       const Clock* process_clock)
      : name(std::move(service_name)),
        clock(process_clock),
        host(std::move(server_host)),
        pool(std::move(connections)) {}

  RequestContext OwnContext(absl::Duration timeout) const {
    RequestContext context;
    context.caller.name = name;
    context.deadline = clock->Now() + timeout;
    context.cancellation = stopping.token();
    context.priority = Priority::kBackground;
    return context;
  }

  Task* AddTask(absl::Duration pause, std::function<void()> run) {
    tasks.push_back(std::make_unique<Task>(pause, std::move(run)));
    return tasks.back().get();
  }

  const std::string name;
  const Clock* const clock;
  const std::unique_ptr<rpc::ServerHost> host;
  const std::unique_ptr<postgres::ConnectionPool> pool;  // null: the service stores nothing

  CancellationSource stopping;  // of the process's own work
  std::unique_ptr<Readiness> readiness;
  std::unique_ptr<changefeed::ChangeSource> feed;  // null: none is followed
  std::unique_ptr<changefeed::ChangeFollower> follower;
  std::vector<std::unique_ptr<Task>> tasks;
  std::vector<std::function<void()>> stops;
  std::vector<std::shared_ptr<void>> metric_handles;
  std::once_flag stopped;
};

absl::StatusOr<std::unique_ptr<ServiceProcess>> ServiceProcess::Create(
    const rpc::ServerHost::Options& host_options,
    const std::optional<database::DatabaseOptions>& database) {
  const Clock* const clock =
      host_options.clock != nullptr ? host_options.clock : SystemClock::Get();
  CLIENTELE_ASSIGN_OR_RETURN(auto host, rpc::ServerHost::Create(host_options));
  std::unique_ptr<postgres::ConnectionPool> pool;
  if (database.has_value()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        pool, database::OpenDatabase(*database, {.application_name = host_options.service_name,
                                                 .log = &host->logger(),
                                                 .metrics = &host->metrics(),
                                                 .clock = clock}));
  }
  return std::unique_ptr<ServiceProcess>(new ServiceProcess(
      std::make_unique<Impl>(std::move(host), std::move(pool), host_options.service_name, clock)));
}

ServiceProcess::ServiceProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServiceProcess::~ServiceProcess() { Stop(); }

rpc::ServerHost& ServiceProcess::host() { return *impl_->host; }
postgres::ConnectionPool& ServiceProcess::database() { return *impl_->pool; }
const Clock* ServiceProcess::clock() const { return impl_->clock; }
telemetry::Logger& ServiceProcess::log() { return impl_->host->logger(); }
telemetry::MetricsRegistry& ServiceProcess::metrics() { return impl_->host->metrics(); }

RequestContext ServiceProcess::OwnContext(absl::Duration timeout) const {
  return impl_->OwnContext(timeout);
}

void ServiceProcess::ReadyWhen(ReadinessOptions options) {
  Impl* const impl = impl_.get();
  const absl::Duration interval = options.interval;
  impl->readiness = std::make_unique<Readiness>(
      [impl, options = std::move(options), schema_checked = false]() mutable -> absl::Status {
        if (!schema_checked && options.check_schema) {
          CLIENTELE_RETURN_IF_ERROR(options.check_schema(*impl->pool));
        }
        schema_checked = true;
        return options.check(impl->OwnContext(options.timeout));
      },
      [impl](bool serving) { impl->host->SetServing(serving); }, &impl->host->logger());
  impl->AddTask(interval, [impl] { impl->readiness->RunOnce(); });
}

RepeatedTask* ServiceProcess::Repeat(std::string name, absl::Duration pause,
                                     std::function<absl::Status(const RequestContext&)> task,
                                     absl::Duration timeout) {
  Impl* const impl = impl_.get();
  auto log = std::make_shared<StateLog>(&impl->host->logger(), std::move(name));
  return impl->AddTask(pause, [impl, log, timeout, task = std::move(task)] {
    log->Note(task(impl->OwnContext(timeout)));
  });
}

void ServiceProcess::Follow(std::unique_ptr<changefeed::ChangeSource> source,
                            changefeed::ChangeSink* sink) {
  if (source == nullptr) return;
  impl_->feed = std::move(source);
  auto log = std::make_shared<StateLog>(&impl_->host->logger(), "change_feed");
  impl_->follower = std::make_unique<changefeed::ChangeFollower>(
      impl_->feed.get(), sink,
      changefeed::ChangeFollowerOptions{
          .name = impl_->name,
          .backoff = {},
          .clock = impl_->clock,
          .on_progress = [log, lag = metrics().GetGauge(telemetry::kChangeFeedLagSeconds),
                          applied = metrics().GetGauge(telemetry::kChangeFeedApplied)](
                             const changefeed::FollowerProgress& progress) mutable {
            lag.Set(absl::ToDoubleSeconds(progress.lag));
            applied.Set(static_cast<double>(progress.applied_changes));
            // Neither is trouble: another replica applied the batch, or the process stops.
            const bool fine =
                absl::IsAborted(progress.last_status) || absl::IsCancelled(progress.last_status);
            log->Note(fine ? absl::OkStatus() : progress.last_status);
          }});
}

void ServiceProcess::OnStop(std::function<void()> function) {
  impl_->stops.push_back(std::move(function));
}

void ServiceProcess::Keep(std::vector<std::shared_ptr<void>> metric_handles) {
  for (auto& handle : metric_handles) impl_->metric_handles.push_back(std::move(handle));
}

absl::Status ServiceProcess::Start() {
  CLIENTELE_RETURN_IF_ERROR(impl_->host->Start());
  for (const auto& task : impl_->tasks) task->Start();
  if (impl_->follower != nullptr) impl_->follower->Start();
  if (impl_->readiness == nullptr) impl_->host->SetServing(true);
  return absl::OkStatus();
}

void ServiceProcess::Run() {
  impl_->host->WaitForTermination();
  Stop();
}

void ServiceProcess::Stop() {
  std::call_once(impl_->stopped, [this] {
    impl_->host->Stop();
    impl_->stopping.Cancel();
    if (impl_->follower != nullptr) impl_->follower->Stop();
    for (auto stop = impl_->stops.rbegin(); stop != impl_->stops.rend(); ++stop) (*stop)();
    for (const auto& task : impl_->tasks) task->Stop();
    impl_->metric_handles.clear();
  });
}

int ServiceProcess::port() const { return impl_->host->port(); }
std::string ServiceProcess::target() const { return impl_->host->target(); }
bool ServiceProcess::serving() const { return impl_->host->serving(); }

}  // namespace clientele::process
