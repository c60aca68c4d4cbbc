#include "common/executor/executor.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele {
namespace {

// Occupies the executor's workers until released.
class Holder {
 public:
  Holder(Executor& executor, int workers) : started_(workers) {
    for (int i = 0; i < workers; ++i) {
      REQUIRE(executor
                  .Submit([this] {
                    started_.count_down();
                    release_.wait();
                  })
                  .ok());
    }
    started_.wait();
  }
  void Release() { release_.count_down(); }

 private:
  std::latch started_;
  std::latch release_{1};
};

TEST_CASE("tasks start in the order of submission") {
  Executor executor({.threads = 1, .queue_capacity = 100});
  Holder holder(executor, 1);
  std::vector<int> order;
  for (int i = 0; i < 50; ++i) REQUIRE(executor.Submit([&order, i] { order.push_back(i); }).ok());
  CHECK(executor.queued() == 50);
  CHECK(executor.running() == 1);
  holder.Release();
  executor.Drain();
  REQUIRE(order.size() == 50);
  for (int i = 0; i < 50; ++i) CHECK(order[i] == i);
}

TEST_CASE("a full queue is refused at once and the task never runs") {
  Executor executor({.name = "qa", .threads = 2, .queue_capacity = 1});
  Holder holder(executor, 2);
  std::atomic<int> ran = 0;
  CHECK(executor.Submit([&ran] { ++ran; }).ok());
  auto captured = std::make_shared<int>(7);
  const absl::Status refused = executor.Submit([&ran, captured] { ran += 100; });
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(GetReason(refused) == reason::kOverloaded);
  CHECK(GetRetryDelay(refused).has_value());
  CHECK(captured.use_count() == 1);
  holder.Release();
  executor.Drain();
  CHECK(ran == 1);
}

// Tasks of a kind that run until they are released.
class Heavy {
 public:
  explicit Heavy(Executor& executor) : executor_(executor) {}
  ~Heavy() { Release(); }

  absl::Status Submit() {
    return executor_.Submit(
        [this] {
          started.Notify();
          release_.wait();
        },
        "heavy");
  }
  void Release() {
    if (!released_.exchange(true)) release_.count_down();
  }

  struct Count {
    void Notify() {
      std::lock_guard lock(mutex);
      ++count;
      changed.notify_all();
    }
    void WaitFor(int wanted) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return count >= wanted; });
    }
    std::mutex mutex;
    std::condition_variable changed;
    int count = 0;
  } started;

 private:
  Executor& executor_;
  std::latch release_{1};
  std::atomic<bool> released_ = false;
};

TEST_CASE("a heavy kind gets its share of the workers, and others run beside it") {
  Executor executor({.threads = 4, .queue_capacity = 100, .kind_share = 0.5});
  Heavy heavy(executor);
  for (int i = 0; i < 16; ++i) REQUIRE(heavy.Submit().ok());
  heavy.started.WaitFor(2);
  // All of them pass by the heavy ones, which wait.
  std::latch light(50);
  for (int i = 0; i < 50; ++i) {
    REQUIRE(executor.Submit([&light] { light.count_down(); }, "light").ok());
  }
  light.wait();
  CHECK(heavy.started.count == 2);
  CHECK(executor.queued() == 14);
  heavy.Release();
  executor.Drain();
  CHECK(heavy.started.count == 16);
}

TEST_CASE("a heavy kind fills its share of the queue, and is refused before others are") {
  Executor executor({.threads = 2, .queue_capacity = 4, .kind_share = 0.5});
  Heavy heavy(executor);
  for (int i = 0; i < 3; ++i) REQUIRE(heavy.Submit().ok());  // one runs, two wait
  const absl::Status refused = heavy.Submit();
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(GetReason(refused) == reason::kOverloaded);
  std::latch light(1);
  CHECK(executor.Submit([&light] { light.count_down(); }, "light").ok());
  light.wait();
}

TEST_CASE("a kind may have a share of its own, and a task without one all workers") {
  Executor executor(
      {.threads = 4, .queue_capacity = 10, .kind_share = 0.5, .kind_shares = {{"heavy", 0.25}}});
  Heavy heavy(executor);
  REQUIRE(heavy.Submit().ok());
  REQUIRE(heavy.Submit().ok());
  heavy.started.WaitFor(1);
  {
    Holder holder(executor, 3);
    CHECK(heavy.started.count == 1);
    CHECK(executor.running() == 4);
    holder.Release();
    heavy.Release();
    executor.Drain();
  }
  CHECK(heavy.started.count == 2);
}

TEST_CASE("every kind gets a worker, however small its share") {
  Executor executor({.threads = 1, .queue_capacity = 10, .kind_share = 0.01});
  std::latch ran(2);
  REQUIRE(executor.Submit([&ran] { ran.count_down(); }, "a").ok());
  REQUIRE(executor.Submit([&ran] { ran.count_down(); }, "b").ok());
  ran.wait();
}

TEST_CASE("a queue of capacity zero accepts exactly as many tasks as workers are idle") {
  Executor executor({.threads = 3, .queue_capacity = 0});
  Holder holder(executor, 3);
  CHECK(absl::IsResourceExhausted(executor.Submit([] {})));
  holder.Release();
}

TEST_CASE("a drain runs what was accepted and refuses what comes later") {
  Executor executor({.threads = 1, .queue_capacity = 10});
  Holder holder(executor, 1);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 10; ++i) REQUIRE(executor.Submit([&ran] { ++ran; }).ok());
  std::thread drainer([&executor] { executor.Drain(); });
  // Submissions are refused as soon as the drain has begun.
  absl::Status refused;
  do {
    refused = executor.Submit([&ran] { ran += 1000; });
    if (absl::IsResourceExhausted(refused)) std::this_thread::yield();
  } while (!absl::IsUnavailable(refused));
  CHECK(GetReason(refused) == reason::kDraining);
  holder.Release();
  drainer.join();
  CHECK(ran == 10);
  executor.Drain();  // again: nothing happens
}

TEST_CASE("the destructor runs what was accepted") {
  std::atomic<int> ran = 0;
  auto executor = std::make_unique<Executor>(ExecutorOptions{.threads = 2, .queue_capacity = 100});
  Holder holder(*executor, 2);
  for (int i = 0; i < 100; ++i) REQUIRE(executor->Submit([&ran] { ++ran; }).ok());
  CHECK(executor->queued() == 100);
  holder.Release();
  executor = nullptr;
  CHECK(ran == 100);
}

TEST_CASE("a task's captures are freed when it ends") {
  auto captured = std::make_shared<int>(7);
  Executor executor({.threads = 1});
  REQUIRE(executor.Submit([captured] {}).ok());
  executor.Drain();
  CHECK(captured.use_count() == 1);
}

TEST_CASE("while submitters and workers run side by side, each accepted task runs once") {
  constexpr std::size_t kSubmitters = 4;
  constexpr std::size_t kTasks = 1000;  // of each: far more than the queue holds
  std::vector<std::atomic<int>> runs(kSubmitters * kTasks);
  {
    Executor executor({.threads = 4, .queue_capacity = 8});
    std::vector<std::jthread> submitters;
    for (std::size_t s = 0; s < kSubmitters; ++s) {
      submitters.emplace_back([&, s] {
        for (std::size_t i = 0; i < kTasks; ++i) {
          while (!executor.Submit([&run = runs[s * kTasks + i]] { ++run; }).ok()) {
            std::this_thread::yield();
          }
        }
      });
    }
  }
  CHECK(std::ranges::all_of(runs, [](const std::atomic<int>& run) { return run == 1; }));
}

}  // namespace
}  // namespace clientele
