#ifndef CLIENTELE_COMMON_BATCHING_INLINE_BATCH_QUEUE_H_
#define CLIENTELE_COMMON_BATCHING_INLINE_BATCH_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "common/batching/batch_former.h"
#include "common/batching/batch_queue.h"
#include "common/time/clock.h"

namespace clientele::batching {

// A batch scheduler without queue and threads: the caller's thread computes its rows before
// Schedule() returns, in the batches that a scheduler would form of them. For tools and tests.
//
//   InlineBatchQueue<Row> queue(policy, clock, compute);
//   CLIENTELE_RETURN_IF_ERROR(queue.Schedule(rows));   // each row was told its result
//
// Thread-safe: callers do not meet.
template <BatchTask Task>
class InlineBatchQueue final : public BatchQueue<Task> {
 public:
  using typename BatchQueue<Task>::Tasks;
  using typename BatchQueue<Task>::Compute;

  // `clock` is borrowed and outlives the queue.
  InlineBatchQueue(BatchPolicy policy, const Clock* clock, Compute compute)
      : clock_(clock), compute_(std::move(compute)), policy_(std::move(policy)) {}

  absl::Status Schedule(Tasks& tasks) override {
    BatchPolicy policy = policy_;
    policy.queue_capacity = std::max<std::size_t>(1, tasks.size());
    policy.background_queue_capacity = policy.queue_capacity;
    policy.background_slice = absl::ZeroDuration();  // nobody waits behind it
    BatchFormer<Task> former(policy);
    std::vector<typename BatchFormer<Task>::Dropped> dropped;
    former.Add(tasks, clock_->Now(), &dropped).IgnoreError();  // they fit
    while (former.size() > 0) {
      auto plan = former.Form(clock_->Now(), /*draining=*/true);
      for (auto& row : plan.dropped) row.task->Drop(row.status);
      if (!plan.batch.empty()) compute_(std::move(plan.batch));
    }
    std::lock_guard lock(mutex_);
    stats_ += former.stats();
    return absl::OkStatus();
  }

  BatchStats stats() const override {
    std::lock_guard lock(mutex_);
    return stats_;
  }
  std::size_t queued() const override { return 0; }

 private:
  const Clock* const clock_;
  const Compute compute_;
  const BatchPolicy policy_;
  mutable std::mutex mutex_;
  BatchStats stats_;
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_INLINE_BATCH_QUEUE_H_
