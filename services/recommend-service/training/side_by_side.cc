#include "services/recommend-service/training/side_by_side.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <ATen/ATen.h>

#include "common/inference/compute/compute_threads.h"

namespace clientele::recommend {

void SideBySide(int threads, std::size_t tasks, absl::FunctionRef<void(std::size_t)> task) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;  // guarded by mutex
  const auto work = [&] {
    const c10::InferenceMode no_gradients;  // of this thread
    inference::UseThreads(1);
    try {
      for (std::size_t at = next++; at < tasks; at = next++) task(at);
    } catch (...) {
      next = tasks;
      std::lock_guard lock(mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < std::min(tasks, static_cast<std::size_t>(std::max(threads, 1)));
       ++t) {
    others.emplace_back(work);
  }
  work();
  for (std::thread& other : others) other.join();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace clientele::recommend
