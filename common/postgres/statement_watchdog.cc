#include "common/postgres/statement_watchdog.h"

#include <sys/socket.h>

namespace clientele::postgres::internal {

StatementWatchdog::StatementWatchdog() : thread_([this] { Run(); }) {}

StatementWatchdog::~StatementWatchdog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

StatementWatchdog::Guard::Guard(StatementWatchdog& watch, int socket, absl::Duration patience)
    : watch_(watch) {
  if (patience == absl::InfiniteDuration() || socket < 0) return;
  const TimePoint end = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(patience);
  watched_ = true;
  std::lock_guard lock(watch_.mutex_);
  place_ = watch_.waits_.emplace(end, socket);
  if (end < watch_.next_look_) watch_.changed_.notify_one();
}

StatementWatchdog::Guard::~Guard() {
  if (!watched_) return;
  std::lock_guard lock(watch_.mutex_);
  watch_.waits_.erase(place_);
}

void StatementWatchdog::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const TimePoint now = std::chrono::steady_clock::now();
    // Shut down repeatedly until its guard is destroyed: harmless, and the wait keeps its place.
    for (auto it = waits_.begin(); it != waits_.end() && it->first <= now; ++it) {
      ::shutdown(it->second, SHUT_RDWR);
    }
    const auto first = waits_.upper_bound(now);
    if (first == waits_.end()) {
      next_look_ = TimePoint::max();
      changed_.wait(lock);
    } else {
      next_look_ = first->first;
      changed_.wait_until(lock, next_look_);
    }
  }
}

}  // namespace clientele::postgres::internal
