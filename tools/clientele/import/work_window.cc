#include "tools/clientele/import/work_window.h"

namespace clientele::cli {

WorkWindow::WorkWindow(int width) : width_(static_cast<size_t>(width)) {
  for (size_t i = 0; i < width_; ++i) threads_.emplace_back([this] { Run(); });
}

WorkWindow::~WorkWindow() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

absl::Status WorkWindow::Submit(Work work) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return unfinished_ < width_ || !first_error_.ok(); });
  if (!first_error_.ok()) return first_error_;
  queue_.push_back(std::move(work));
  ++unfinished_;
  changed_.notify_all();
  return absl::OkStatus();
}

absl::Status WorkWindow::Finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return unfinished_ == 0; });
  return first_error_;
}

void WorkWindow::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Work work = std::move(queue_.front());
    queue_.pop_front();
    const bool wanted = first_error_.ok();
    lock.unlock();
    const absl::Status status = wanted ? work() : absl::OkStatus();
    lock.lock();
    if (first_error_.ok()) first_error_ = status;
    --unfinished_;
    changed_.notify_all();
  }
}

}  // namespace clientele::cli
