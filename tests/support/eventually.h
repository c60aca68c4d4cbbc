#ifndef CLIENTELE_TESTS_SUPPORT_EVENTUALLY_H_
#define CLIENTELE_TESTS_SUPPORT_EVENTUALLY_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace clientele::testing {

// Asks again every `interval` until `condition` holds: for what another process does in its own
// time. Only end-to-end tests may need it; everything else has a fake clock.
// False when it does not hold within `timeout`.
inline bool Eventually(std::chrono::seconds timeout, const std::function<bool()>& condition,
                       std::chrono::milliseconds interval = std::chrono::milliseconds(50)) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::mutex mutex;
  std::condition_variable never;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::unique_lock lock(mutex);
    never.wait_for(lock, interval);
  }
  return true;
}

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_EVENTUALLY_H_
