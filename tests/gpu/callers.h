#ifndef CLIENTELE_TESTS_GPU_CALLERS_H_
#define CLIENTELE_TESTS_GPU_CALLERS_H_

// Threads that call something over and over until they are told to stop.
//
//   Callers callers(4, [&](int caller) { return Answer(caller); });   // false: the call failed
//   ...
//   callers.Stop();
//   callers.calls();
//   callers.failed();

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace clientele::gpu {

class Callers {
 public:
  Callers(int count, std::function<bool(int caller)> call) : call_(std::move(call)) {
    for (int caller = 0; caller < count; ++caller) {
      threads_.emplace_back([this, caller] {
        while (!stop_) {
          if (!call_(caller)) ++failed_;
          ++calls_;
        }
      });
    }
  }
  ~Callers() { Stop(); }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  // Each ends with the call that it makes. Idempotent.
  void Stop() {
    stop_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  std::int64_t calls() const { return calls_; }
  std::int64_t failed() const { return failed_; }
  // Returns when `more` further calls have ended.
  void Await(std::int64_t more) const {
    const std::int64_t enough = calls_ + more;
    while (calls_ < enough) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  const std::function<bool(int)> call_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::int64_t> calls_ = 0;
  std::atomic<std::int64_t> failed_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_CALLERS_H_
