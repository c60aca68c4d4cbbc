#ifndef CLIENTELE_COMMON_EXECUTOR_PERIODIC_TASK_H_
#define CLIENTELE_COMMON_EXECUTOR_PERIODIC_TASK_H_

// A thread that does one turn again and again, with a pause between turns.
//
//   PeriodicTask prune(absl::Hours(1), [&] { Prune(); });
//   prune.Wake();   // the next turn starts at once
//
// The loop's single turn is a function of its own that tests call without a thread.
// Thread-safe.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace clientele {

class PeriodicTask {
 public:
  // Makes the first turn at once, on its own thread. `turn` must not throw and must
  // not destroy the task.
  PeriodicTask(absl::Duration pause, std::function<void()> turn);
  // Waits for the turn that runs.
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Ends the pause; during a turn, the next one follows without pause.
  void Wake();

 private:
  void Run();

  const absl::Duration pause_;
  const std::function<void()> turn_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_EXECUTOR_PERIODIC_TASK_H_
