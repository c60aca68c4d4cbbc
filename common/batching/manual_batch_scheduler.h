#ifndef CLIENTELE_COMMON_BATCHING_MANUAL_BATCH_SCHEDULER_H_
#define CLIENTELE_COMMON_BATCHING_MANUAL_BATCH_SCHEDULER_H_

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "common/batching/batch_former.h"
#include "common/batching/batch_queue.h"
#include "common/time/clock.h"

namespace clientele::batching {

// A batch scheduler without threads: tests of callers decide when a batch runs.
//
//   ManualBatchScheduler<Row> scheduler(policy, &fake_clock, compute);
//   caller.Start();
//   REQUIRE(scheduler.RunOneBatch() == 3);
//
// Thread-safe, so that a blocked caller's thread may enqueue.
template <BatchTask Task>
class ManualBatchScheduler final : public BatchQueue<Task> {
 public:
  using typename BatchQueue<Task>::Tasks;
  using typename BatchQueue<Task>::Compute;

  ManualBatchScheduler(BatchPolicy policy, const Clock* clock, Compute compute)
      : clock_(clock), compute_(std::move(compute)), former_(std::move(policy)) {}

  absl::Status Schedule(Tasks& tasks) override {
    std::vector<typename BatchFormer<Task>::Dropped> dropped;
    absl::Status status;
    {
      std::lock_guard lock(mutex_);
      status = former_.Add(tasks, clock_->Now(), &dropped);
    }
    for (auto& row : dropped) row.task->Drop(row.status);
    return status;
  }

  // Drops what is late, computes at most one batch that is due, in this thread, and
  // returns its rows.
  std::size_t RunOneBatch() {
    typename BatchFormer<Task>::Plan plan;
    {
      std::lock_guard lock(mutex_);
      plan = former_.Form(clock_->Now());
    }
    for (auto& row : plan.dropped) row.task->Drop(row.status);
    const std::size_t rows = plan.batch.size();
    if (rows > 0) compute_(std::move(plan.batch));
    return rows;
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
  const Clock* const clock_;
  const Compute compute_;
  mutable std::mutex mutex_;
  BatchFormer<Task> former_;
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_MANUAL_BATCH_SCHEDULER_H_
