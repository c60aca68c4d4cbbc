#ifndef CLIENTELE_COMMON_EXECUTOR_EXECUTOR_H_
#define CLIENTELE_COMMON_EXECUTOR_EXECUTOR_H_

// A bounded pool of worker threads: where handlers hand over work that may
// block on a store or a model.
//
//   Executor executor({.name = "qa", .threads = 8, .queue_capacity = 256});
//   CLIENTELE_RETURN_IF_ERROR(executor.Submit([=] { Work(); }));   // full: RESOURCE_EXHAUSTED
//   CLIENTELE_RETURN_IF_ERROR(executor.Submit([=] { Work(); }, "GetProfile"));   // of a kind
//
// Tasks of one kind get at most a share of the workers and of the queue, so that a heavy kind
// cannot starve the rest: tasks beyond it wait while those of other kinds pass. Tasks start in the
// order of submission otherwise. Thread-safe.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele {

struct ExecutorOptions {
  std::string name = "executor";
  // Worker threads; at least 1.
  std::size_t threads = 8;
  // Tasks that may wait; 0 accepts a task only when a worker is idle.
  std::size_t queue_capacity = 256;
  // Of the workers, and of the queue: the part that one kind of task gets, above 0 to 1; at least
  // one worker. 1: all of them.
  double kind_share = 1;
  // Other shares for some kinds.
  std::map<std::string, double> kind_shares = {};
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
  // (reason OVERLOADED) when the queue, or the kind's share of it, is full; UNAVAILABLE
  // (reason DRAINING) after Drain(). The task must not throw. A task without a kind has no share
  // to keep to. Kinds are few: each is remembered.
  absl::Status Submit(Task task, absl::string_view kind = {});

  // Refuses further tasks, runs what was accepted and joins. Idempotent. Must
  // not be called from a task.
  void Drain();

  // Tasks that wait, and tasks that run.
  std::size_t queued() const;
  std::size_t running() const;

 private:
  // Tasks of one kind.
  struct Kind {
    std::size_t max_workers = 0;
    std::size_t max_waiting = 0;
    std::size_t workers = 0;                             // that run one, or are about to
    std::deque<std::pair<std::uint64_t, Task>> waiting;  // with their positions in the order
  };
  struct StartedTask {
    Task task;
    Kind* kind = nullptr;
  };

  Kind& KindOf(absl::string_view name);
  // Gives the worker that came free to the task that has waited longest of those that may start.
  void StartNext();
  void Run();

  const ExecutorOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::map<std::string, Kind, std::less<>> kinds_;
  std::deque<StartedTask> started_;  // for which a worker is free
  std::size_t workers_in_use_ = 0;   // started tasks and running ones
  std::size_t waiting_ = 0;
  std::uint64_t submitted_ = 0;
  std::size_t running_ = 0;
  bool draining_ = false;
  std::mutex join_mutex_;
  std::vector<std::thread> workers_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_EXECUTOR_H_
