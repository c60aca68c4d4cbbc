#ifndef CLIENTELE_COMMON_EXECUTOR_EXECUTOR_H_
#define CLIENTELE_COMMON_EXECUTOR_EXECUTOR_H_

// A bounded pool of worker threads: where handlers hand over work that may
// block on a store or a model.
//
//   Executor executor({.name = "qa", .threads = 8, .queue_capacity = 256});
//   CLIENTELE_RETURN_IF_ERROR(executor.Submit([=] { Work(); }));   // full: RESOURCE_EXHAUSTED
//
// Thread-safe. Tasks start in the order of submission.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace clientele {

struct ExecutorOptions {
  std::string name = "executor";
  // Worker threads; at least 1.
  std::size_t threads = 8;
  // Tasks that may wait; 0 accepts a task only when a worker is idle.
  std::size_t queue_capacity = 256;
};

class Executor {
 public:
  using Task = std::function<void()>;

  explicit Executor(ExecutorOptions options);
  // Runs what was accepted, then joins.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Accepts the task, or refuses at once and never runs it: RESOURCE_EXHAUSTED
  // (reason OVERLOADED) when the queue is full, UNAVAILABLE (reason DRAINING)
  // after Drain(). The task must not throw.
  absl::Status Submit(Task task);

  // Refuses further tasks, runs what was accepted and joins. Idempotent. Must
  // not be called from a task.
  void Drain();

  // Tasks that wait, and tasks that run.
  std::size_t queued() const;
  std::size_t running() const;

 private:
  void Run();

  const ExecutorOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Task> queue_;
  std::size_t running_ = 0;
  std::size_t idle_ = 0;
  bool draining_ = false;
  std::mutex join_mutex_;
  std::vector<std::thread> workers_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_EXECUTOR_H_
