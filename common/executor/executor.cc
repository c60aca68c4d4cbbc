#include "common/executor/executor.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele {

namespace {

// Of `whole`, at least `least`.
std::size_t Part(std::size_t whole, double share, std::size_t least) {
  const double part = std::floor(static_cast<double>(whole) * std::clamp(share, 0.0, 1.0));
  return std::max(least, static_cast<std::size_t>(part));
}

}  // namespace

Executor::Executor(ExecutorOptions options) : options_(std::move(options)) {
  const std::size_t threads = std::max<std::size_t>(1, options_.threads);
  workers_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { Run(); });
}

Executor::~Executor() { Drain(); }

Executor::Kind& Executor::KindOf(absl::string_view name) {
  const auto found = kinds_.find(name);
  if (found != kinds_.end()) return found->second;
  Kind& kind = kinds_[std::string(name)];
  const auto own = options_.kind_shares.find(std::string(name));
  const double share = name.empty()                        ? 1
                       : own != options_.kind_shares.end() ? own->second
                                                           : options_.kind_share;
  kind.max_workers = Part(std::max<std::size_t>(1, options_.threads), share, 1);
  kind.max_waiting = Part(options_.queue_capacity, share, options_.queue_capacity == 0 ? 0 : 1);
  return kind;
}

absl::Status Executor::Submit(Task task, absl::string_view kind_name) {
  {
    std::lock_guard lock(mutex_);
    if (draining_) {
      return WithRetryDelay(
          WithReason(absl::UnavailableError("the server is shutting down"), reason::kDraining),
          absl::Seconds(1));
    }
    Kind& kind = KindOf(kind_name);
    const bool starts = workers_in_use_ < std::max<std::size_t>(1, options_.threads) &&
                        kind.workers < kind.max_workers;
    if (!starts) {
      if (waiting_ >= options_.queue_capacity || kind.waiting.size() >= kind.max_waiting) {
        return BusyError(absl::StrCat("the ", options_.name, " worker queue is full: try again"),
                         absl::Milliseconds(200));
      }
      kind.waiting.emplace_back(submitted_++, std::move(task));
      ++waiting_;
      return absl::OkStatus();
    }
    ++workers_in_use_;
    ++kind.workers;
    started_.push_back({std::move(task), &kind});
  }
  ready_.notify_one();
  return absl::OkStatus();
}

void Executor::StartNext() {
  Kind* next = nullptr;
  for (auto& [name, kind] : kinds_) {
    if (kind.waiting.empty() || kind.workers >= kind.max_workers) continue;
    if (next == nullptr || kind.waiting.front().first < next->waiting.front().first) next = &kind;
  }
  if (next == nullptr) return;
  ++workers_in_use_;
  ++next->workers;
  started_.push_back({std::move(next->waiting.front().second), next});
  next->waiting.pop_front();
  --waiting_;
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
  return started_.size() + waiting_;
}

std::size_t Executor::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void Executor::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ready_.wait(lock, [this] { return !started_.empty() || (draining_ && waiting_ == 0); });
    if (started_.empty()) return;
    StartedTask started = std::move(started_.front());
    started_.pop_front();
    ++running_;
    lock.unlock();
    started.task();
    started.task = nullptr;  // frees what it captured outside the lock
    lock.lock();
    --running_;
    --workers_in_use_;
    --started.kind->workers;
    // This worker takes it, unless another one is quicker.
    StartNext();
    if (draining_) ready_.notify_all();
  }
}

}  // namespace clientele
