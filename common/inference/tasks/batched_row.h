#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_BATCHED_ROW_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_BATCHED_ROW_H_

// A row on its way through a batch queue, and the call that waits for it. Of RowBatcher alone.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/inference/tasks/row_model.h"
#include "common/status/error_details.h"

namespace clientele::inference {

// The rows that one call waits for. Shared, because the caller may leave first. Thread-safe.
template <typename Output>
class RowWaiter {
 public:
  explicit RowWaiter(std::size_t rows) : remaining_(rows), outputs_(rows) {}

  // Each row is told once.
  void Tell(std::size_t row, absl::StatusOr<Output> output) {
    {
      std::lock_guard lock(mutex_);
      if (output.ok()) {
        outputs_[row] = *std::move(output);
      } else if (status_.ok()) {
        status_ = output.status();
      }
      --remaining_;
      if (remaining_ > 0) return;
    }
    done_.notify_all();
  }

  // Blocks until every row was told, at most for `timeout`. Once.
  absl::StatusOr<std::vector<Output>> Wait(absl::Duration timeout) {
    std::unique_lock lock(mutex_);
    const auto all_told = [this] { return remaining_ == 0; };
    if (timeout > absl::Hours(24)) {
      done_.wait(lock, all_told);
    } else if (!done_.wait_for(lock, absl::ToChronoNanoseconds(timeout), all_told)) {
      abandoned_.store(true, std::memory_order_release);
      return WithReason(
          absl::DeadlineExceededError("the call's deadline passed while it waited for the model"),
          reason::kDeadlineExceeded);
    }
    if (!status_.ok()) return status_;
    return std::move(outputs_);
  }

  // Nobody waits any more.
  void Abandon() { abandoned_.store(true, std::memory_order_release); }
  bool abandoned() const { return abandoned_.load(std::memory_order_acquire); }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t remaining_;
  std::vector<Output> outputs_;
  absl::Status status_;
  std::atomic<bool> abandoned_{false};
};

template <typename Input, typename Output>
class BatchedRow {
 public:
  using Model = RowModel<Input, Output>;

  BatchedRow(std::shared_ptr<RowWaiter<Output>> waiter, std::size_t index,
             std::shared_ptr<const Model> model, Input input, const RequestContext& context)
      : waiter_(std::move(waiter)),
        index_(index),
        model_(std::move(model)),
        input_(std::move(input)),
        length_(model_->Length(input_)),
        deadline_(context.deadline),
        priority_(context.priority),
        cancellation_(context.cancellation) {}

  // A BatchTask.
  std::int64_t length() const { return length_; }
  absl::Time deadline() const { return deadline_; }
  Priority priority() const { return priority_; }
  bool cancelled() const { return cancellation_.IsCancelled() || waiter_->abandoned(); }
  void Drop(const absl::Status& status) { waiter_->Tell(index_, status); }

  void Answer(Output output) { waiter_->Tell(index_, std::move(output)); }
  const Model& model() const { return *model_; }
  const Input& input() const { return input_; }

 private:
  const std::shared_ptr<RowWaiter<Output>> waiter_;
  const std::size_t index_;
  const std::shared_ptr<const Model> model_;
  const Input input_;
  const std::int64_t length_;
  const absl::Time deadline_;
  const Priority priority_;
  const CancellationToken cancellation_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_BATCHED_ROW_H_
