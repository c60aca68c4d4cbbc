#include "common/inference/compute/core_budget.h"

#include <algorithm>

namespace clientele::inference {

CoreBudget::CoreBudget(int cores, const Clock* clock)
    : cores_(std::max(1, cores)), clock_(clock), free_(cores_) {}

CoreStats CoreBudget::stats() const {
  std::lock_guard lock(mutex_);
  return {cores_, cores_ - free_, waiting_.size(), calls_, waited_};
}

void CoreBudget::Take(int cores) {
  std::unique_lock lock(mutex_);
  if (waiting_.empty() && free_ >= cores) {
    free_ -= cores;
  } else {
    const absl::Time start = clock_->Now();
    Waiter waiter;
    waiter.cores = cores;
    waiting_.push_back(&waiter);
    waiter.changed.wait(lock, [&] { return waiter.granted; });
    waited_ += std::max(absl::ZeroDuration(), clock_->Now() - start);
  }
  ++calls_;
}

void CoreBudget::GiveBack(int cores) {
  std::lock_guard lock(mutex_);
  free_ += cores;
  while (!waiting_.empty() && waiting_.front()->cores <= free_) {
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    free_ -= next.cores;
    next.granted = true;
    next.changed.notify_one();  // under the lock: the waiter goes when it sees `granted`
  }
}

CoreLease::CoreLease(CoreBudget& budget, int cores)
    : budget_(budget), cores_(std::clamp(cores, 1, budget.cores())) {
  budget_.Take(cores_);
}

CoreLease::~CoreLease() { budget_.GiveBack(cores_); }

}  // namespace clientele::inference
