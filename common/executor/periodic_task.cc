#include "common/executor/periodic_task.h"

#include <utility>

namespace clientele {

PeriodicTask::PeriodicTask(absl::Duration pause, std::function<void()> run)
    : pause_(pause), run_(std::move(run)), thread_([this] { Run(); }) {}

PeriodicTask::~PeriodicTask() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PeriodicTask::Wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void PeriodicTask::Run() {
  while (true) {
    run_();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, absl::ToChronoMilliseconds(pause_),
                      [this] { return woken_ || stopped_; });
    if (stopped_) return;
    woken_ = false;
  }
}

}  // namespace clientele
