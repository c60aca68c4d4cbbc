#ifndef CLIENTELE_COMMON_EXECUTOR_PERIODIC_TASK_H_
#define CLIENTELE_COMMON_EXECUTOR_PERIODIC_TASK_H_

// Runs a function repeatedly on a thread of its own, with a pause between two runs.
//
//   PeriodicTask prune(absl::Hours(1), [&] { Prune(); });
//   prune.Wake();   // the next run starts at once
//
// The function is separate from the loop, so that tests call it without a thread.
// Thread-safe.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace clientele {

class PeriodicTask {
 public:
  // The first run starts at once, on the task's own thread. `run` must not throw and must
  // not destroy the task.
  PeriodicTask(absl::Duration pause, std::function<void()> run);
  // Waits for a run in progress.
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Ends the pause; during a run, the next one follows without a pause.
  void Wake();

 private:
  void Run();

  const absl::Duration pause_;
  const std::function<void()> run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_PERIODIC_TASK_H_
