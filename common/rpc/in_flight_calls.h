#ifndef CLIENTELE_COMMON_RPC_IN_FLIGHT_CALLS_H_
#define CLIENTELE_COMMON_RPC_IN_FLIGHT_CALLS_H_

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace clientele::rpc::internal {

// Counts the calls of a server from their arrival until their answer is on its way.
// Thread-safe.
class InFlightCalls {
 public:
  void Begin() {
    std::lock_guard lock(mutex_);
    ++count_;
    ++begun_;
    changed_.notify_all();
  }
  void End() {
    std::lock_guard lock(mutex_);
    --count_;
    changed_.notify_all();
  }

  // Blocks until no call has arrived for as long as `quiet`, or `timeout` has passed.
  void WaitUntilNoneArrives(std::chrono::milliseconds quiet, std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    std::unique_lock lock(mutex_);
    for (std::size_t seen = begun_;; seen = begun_) {
      const auto until = std::min(end, std::chrono::steady_clock::now() + quiet);
      if (!changed_.wait_until(lock, until, [&] { return begun_ != seen; })) return;
      if (std::chrono::steady_clock::now() >= end) return;
    }
  }

  // Blocks until there has been no call for as long as `quiet`: one that gRPC accepted
  // may need a moment to arrive here. False when `timeout` passes before.
  bool WaitUntilQuiet(std::chrono::milliseconds quiet, std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    std::unique_lock lock(mutex_);
    while (true) {
      if (!changed_.wait_until(lock, end, [this] { return count_ == 0; })) return false;
      if (!changed_.wait_for(lock, quiet, [this] { return count_ != 0; })) return true;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::size_t begun_ = 0;
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_IN_FLIGHT_CALLS_H_
