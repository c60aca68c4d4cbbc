#ifndef CLIENTELE_COMMON_BATCHING_BATCH_SCHEDULER_H_
#define CLIENTELE_COMMON_BATCHING_BATCH_SCHEDULER_H_

// A bounded, deadline-aware queue of rows with threads that compute them in
// batches.
//
//   BatchScheduler<EncodeRow> scheduler({.policy = {.max_batch_rows = 32}, .workers = 1},
//                                       clock, [&](std::vector<std::unique_ptr<EncodeRow>> batch) {
//                                         Encode(batch);
//                                       });
//   CLIENTELE_RETURN_IF_ERROR(scheduler.Schedule(rows));
//
// Which rows go together is BatchFormer's decision. Workers sleep until a row
// arrives or a held batch is due: nothing polls. Batches form while the workers
// are busy, so an idle model answers at once and a busy one computes large batches.
//
// Thread-safe.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/batching/batch_former.h"
#include "common/batching/batch_queue.h"
#include "common/time/clock.h"

namespace clientele::batching {

struct BatchSchedulerOptions {
  BatchPolicy policy = {};
  // Batches computed at the same time; at least 1.
  std::size_t workers = 1;
};

template <BatchTask Task>
class BatchScheduler final : public BatchQueue<Task> {
 public:
  using typename BatchQueue<Task>::Tasks;
  using typename BatchQueue<Task>::Compute;

  // `clock` is borrowed and outlives the scheduler.
  BatchScheduler(BatchSchedulerOptions options, const Clock* clock, Compute compute)
      : clock_(clock), compute_(std::move(compute)), former_(std::move(options.policy)) {
    const std::size_t workers = std::max<std::size_t>(1, options.workers);
    workers_.reserve(workers);
    for (std::size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { Work(); });
  }

  ~BatchScheduler() override { Drain(); }
  BatchScheduler(const BatchScheduler&) = delete;
  BatchScheduler& operator=(const BatchScheduler&) = delete;

  absl::Status Schedule(Tasks& tasks) override {
    if (tasks.empty()) return absl::OkStatus();
    Dropped dropped;
    absl::Status status;
    {
      std::lock_guard lock(mutex_);
      if (draining_) {
        former_.stats().refused += tasks.size();
        status =
            UnavailableError(reason::kDraining, "the server is shutting down", absl::Seconds(1));
      } else {
        status = former_.Add(tasks, clock_->Now(), &dropped);
      }
    }
    if (status.ok()) changed_.notify_one();
    DropAll(dropped);
    return status;
  }

  // Refuses further rows, computes what was accepted (without holding), joins.
  // Idempotent; not to be called from the batch function.
  void Drain() {
    {
      std::lock_guard lock(mutex_);
      draining_ = true;
    }
    changed_.notify_all();
    std::lock_guard join_lock(join_mutex_);
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  BatchStats stats() const override {
    std::lock_guard lock(mutex_);
    return former_.stats();
  }
  std::size_t queued() const override {
    std::lock_guard lock(mutex_);
    return former_.size();
  }

 private:
  using Former = BatchFormer<Task>;
  using Dropped = std::vector<typename Former::Dropped>;

  static void DropAll(Dropped& dropped) {
    for (auto& row : dropped) row.task->Drop(row.status);
    dropped.clear();
  }

  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      typename Former::Plan plan = former_.Form(clock_->Now(), draining_);
      if (!plan.batch.empty() || !plan.dropped.empty()) {
        // Another worker may take the rows that are left.
        if (former_.size() > 0) changed_.notify_one();
        lock.unlock();
        DropAll(plan.dropped);
        absl::Time start;
        absl::Duration took;
        const std::int64_t cells = Cells(plan.batch);
        if (cells > 0) {
          start = clock_->Now();
          compute_(std::move(plan.batch));
          took = clock_->Now() - start;
        }
        lock.lock();
        if (cells > 0) former_.RecordComputeTime(cells, took);
        continue;
      }
      if (draining_ && former_.size() == 0) return;
      if (plan.next == absl::InfiniteFuture()) {
        changed_.wait(lock);
      } else {
        changed_.wait_for(lock, absl::ToChronoNanoseconds(plan.next - clock_->Now()));
      }
    }
  }

  static std::int64_t Cells(const Tasks& batch) {
    std::int64_t longest = 0;
    for (const auto& task : batch) {
      longest = std::max({longest, std::int64_t{1}, static_cast<std::int64_t>(task->length())});
    }
    return longest * static_cast<std::int64_t>(batch.size());
  }

  const Clock* const clock_;
  const Compute compute_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Former former_;
  bool draining_ = false;
  std::mutex join_mutex_;
  std::vector<std::thread> workers_;
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_BATCH_SCHEDULER_H_
