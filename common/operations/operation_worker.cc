#include "common/operations/operation_worker.h"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::operations {
namespace {

using postgres::Transaction;

absl::Status Cancelled() {
  return WithReason(absl::CancelledError("the operation was cancelled"), reason::kCancelled);
}

bool MeansLater(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status);
}

// Holds the lease while the handler runs: a thread extends it, and cancels the
// handler's context when it is lost, cancelled, or the worker stops.
class Run final : public OperationRun {
 public:
  Run(postgres::ConnectionPool* pool, const OperationStore* store, const Lease* lease,
      absl::Duration duration, const CancellationToken& stopping)
      : pool_(pool),
        store_(store),
        lease_(lease),
        duration_(duration),
        on_stop_(stopping.stop_token(), [this] { source_.Cancel(); }),
        heartbeats_([this] { HoldLease(); }) {}

  ~Run() override {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    heartbeats_.join();
  }

  const Operation& operation() const override { return lease_->operation; }
  absl::Status Report(const std::string& metadata) override { return Beat(metadata); }

  RequestContext context() const {
    RequestContext context;
    context.cancellation = source_.token();
    context.caller.name = "operation";
    context.request_id = lease_->operation.id;
    return context;
  }
  // Whether somebody asked to cancel this operation.
  bool cancelled() const {
    std::lock_guard lock(mutex_);
    return cancelled_;
  }

 private:
  absl::Status Beat(const std::optional<std::string>& metadata) {
    absl::Status status = pool_->Transact(RequestContext(), [&](Transaction& t) {
      return store_->Heartbeat(t, *lease_, duration_, metadata);
    });
    if (absl::IsCancelled(status)) {
      std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    if (absl::IsCancelled(status) || absl::IsAborted(status)) source_.Cancel();
    return status;
  }

  void HoldLease() {
    const auto interval = absl::ToChronoNanoseconds(duration_ / 3);
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, interval, [this] { return ended_; })) {
      lock.unlock();
      static_cast<void>(Beat(std::nullopt));  // the next beat tries again
      lock.lock();
    }
  }

  postgres::ConnectionPool* const pool_;
  const OperationStore* const store_;
  const Lease* const lease_;
  const absl::Duration duration_;
  CancellationSource source_;
  std::stop_callback<std::function<void()>> on_stop_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  bool cancelled_ = false;
  std::thread heartbeats_;  // last: it uses the others
};

}  // namespace

OperationWorker::OperationWorker(postgres::ConnectionPool* pool, const OperationStore* store,
                                 std::map<std::string, OperationHandler> handlers,
                                 OperationWorkerOptions options)
    : pool_(pool), store_(store), handlers_(std::move(handlers)), options_(options) {}

OperationWorker::~OperationWorker() { Stop(); }

absl::StatusOr<bool> OperationWorker::RunOnce() {
  std::vector<std::string> kinds;
  kinds.reserve(handlers_.size());
  for (const auto& [kind, handler] : handlers_) kinds.push_back(kind);
  std::optional<Lease> lease;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(lease, store_->Claim(t, kinds, options_.lease));
    return absl::OkStatus();
  }));
  if (!lease.has_value()) return false;

  absl::StatusOr<std::string> result = std::string();
  bool later = false;
  if (lease->operation.cancel_requested) {
    result = Cancelled();
  } else if (lease->operation.attempts > options_.max_attempts) {
    result = WithReason(absl::InternalError("the operation was tried too often without an end"),
                        reason::kInternal);
  } else {
    Run run(pool_, store_, &*lease, options_.lease, stopping_.token());
    result = handlers_.at(lease->operation.kind)(run.context(), run);
    const bool stopped = stopping_.token().IsCancelled() && absl::IsCancelled(result.status());
    // Whatever error the interruption became on its way through the handler.
    if (!result.ok() && run.cancelled()) result = Cancelled();
    later = !result.ok() && !run.cancelled() && (stopped || MeansLater(result.status()));
  }
  const absl::Duration delay =
      stopping_.token().IsCancelled() ? absl::ZeroDuration() : options_.retry_delay;
  const absl::Status stored = pool_->Transact(RequestContext(), [&](Transaction& t) {
    return later ? store_->Release(t, *lease, delay) : store_->Finish(t, *lease, result);
  });
  // Another worker has it now, and will end it.
  if (absl::IsAborted(stored)) return true;
  CLIENTELE_RETURN_IF_ERROR(stored);
  return true;
}

void OperationWorker::Start() {
  std::lock_guard lock(mutex_);
  if (!stopped_ && !thread_.joinable()) thread_ = std::thread([this] { Loop(); });
}

void OperationWorker::Wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void OperationWorker::Stop() {
  stopping_.Cancel();
  std::thread ended;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    ended = std::move(thread_);
  }
  changed_.notify_all();
  if (ended.joinable()) ended.join();
}

void OperationWorker::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    woken_ = false;
    lock.unlock();
    const absl::StatusOr<bool> ran = RunOnce();
    lock.lock();
    if (ran.ok() && *ran) continue;
    changed_.wait_for(lock, absl::ToChronoNanoseconds(options_.poll_interval),
                      [this] { return stopped_ || woken_; });
  }
}

}  // namespace clientele::operations
