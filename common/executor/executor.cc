#include "common/executor/executor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele {

Executor::Executor(ExecutorOptions options) : options_(std::move(options)) {
  const std::size_t threads = std::max<std::size_t>(1, options_.threads);
  // Counted as idle from the start, so that a queue of capacity 0 works at once.
  idle_ = threads;
  workers_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { Run(); });
}

Executor::~Executor() { Drain(); }

absl::Status Executor::Submit(Task task) {
  {
    std::lock_guard lock(mutex_);
    if (draining_) {
      return WithRetryDelay(
          WithReason(absl::UnavailableError("the server is shutting down"), reason::kDraining),
          absl::Seconds(1));
    }
    if (queue_.size() >= options_.queue_capacity + idle_) {
      return BusyError(absl::StrCat("the ", options_.name, " worker queue is full: try again"),
                       absl::Milliseconds(200));
    }
    queue_.push_back(std::move(task));
  }
  ready_.notify_one();
  return absl::OkStatus();
}

void Executor::Drain() {
  {
    std::lock_guard lock(mutex_);
    draining_ = true;
  }
  ready_.notify_all();
  std::lock_guard join_lock(join_mutex_);
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

std::size_t Executor::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t Executor::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void Executor::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ready_.wait(lock, [this] { return draining_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    --idle_;
    ++running_;
    lock.unlock();
    task();
    task = nullptr;  // frees what it captured outside the lock
    lock.lock();
    --running_;
    ++idle_;
  }
}

}  // namespace clientele
