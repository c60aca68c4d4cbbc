#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_CORE_BUDGET_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_CORE_BUDGET_H_

// The cores that all models of a process compute on. A call takes one for each of its threads
// before it computes and gives them back after, so that several models, or several batches of
// one, never run more threads than there are cores.
//
//   const auto cores = std::make_shared<CoreBudget>(4);
//   {
//     const CoreLease lease(*cores, 2);   // waits until two are free
//     module.forward(...);                // with 2 threads
//   }
//
// First come, first served: nobody overtakes a call that waits, so a wide one is served too,
// however many narrow ones there are, and leaves cores idle while it gathers. Who waits is a
// thread of the process: schedulers and executors bound how many there can be.
//
// TorchScriptRunner takes them; readers who only run models can stop here. Thread-safe.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

#include "absl/time/time.h"

#include "common/time/clock.h"

namespace clientele::inference {

// Of a budget since the start, and now. A plain value.
struct CoreStats {
  int cores = 0;
  int busy = 0;                // cores that are taken
  std::uint64_t waiting = 0;   // calls that wait for cores
  std::uint64_t calls = 0;     // calls that got theirs
  absl::Duration waited = {};  // of these calls together
};

class CoreBudget {
 public:
  // `cores` below 1 are 1. `clock` is borrowed and outlives the budget.
  explicit CoreBudget(int cores, const Clock* clock = SystemClock::Get());
  CoreBudget(const CoreBudget&) = delete;
  CoreBudget& operator=(const CoreBudget&) = delete;

  int cores() const { return cores_; }
  CoreStats stats() const;

 private:
  friend class CoreLease;
  struct Waiter {
    int cores = 0;
    bool granted = false;
    std::condition_variable changed;
  };

  void Take(int cores);
  void GiveBack(int cores);

  const int cores_;
  const Clock* const clock_;
  mutable std::mutex mutex_;
  int free_;
  std::deque<Waiter*> waiting_;  // oldest first; each is on its caller's stack
  std::uint64_t calls_ = 0;
  absl::Duration waited_;
};

// Cores taken for the length of a scope. A thread that holds some must not take more: it
// could wait for itself.
class CoreLease {
 public:
  // Blocks until the cores are there. More than the budget has are all it has, fewer than 1
  // are 1. The budget outlives the lease.
  CoreLease(CoreBudget& budget, int cores);
  ~CoreLease();
  CoreLease(const CoreLease&) = delete;
  CoreLease& operator=(const CoreLease&) = delete;

 private:
  CoreBudget& budget_;
  const int cores_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_CORE_BUDGET_H_
