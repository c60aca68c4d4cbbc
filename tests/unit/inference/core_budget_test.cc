#include "common/inference/compute/core_budget.h"

#include <atomic>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fake_clock.h"

namespace clientele::inference {
namespace {

void WaitForWaiting(const CoreBudget& budget, std::uint64_t calls) {
  while (budget.stats().waiting != calls) std::this_thread::yield();
}

// A model's call on a thread of its own: it computes until it is told to finish.
class Call {
 public:
  Call(CoreBudget& budget, int cores)
      : thread_([this, &budget, cores] {
          const CoreLease lease(budget, cores);
          computing_.count_down();
          finish_.wait();
        }) {}
  ~Call() {
    Finish();
    thread_.join();
  }

  void WaitUntilComputing() { computing_.wait(); }
  bool computing() const { return computing_.try_wait(); }
  void Finish() {
    if (!finish_.try_wait()) finish_.count_down();
  }

 private:
  std::latch computing_{1};
  std::latch finish_{1};
  std::thread thread_;
};

}  // namespace

TEST_CASE("calls never compute on more cores than there are") {
  constexpr int kCores = 4;
  constexpr int kThreads = 6;
  constexpr int kCalls = 300;
  CoreBudget budget(kCores);
  std::atomic<int> busy = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) {
        const int cores = 1 + (t + i) % kCores;
        const CoreLease lease(budget, cores);
        const int now = busy += cores;
        int before = most;
        while (now > before && !most.compare_exchange_weak(before, now)) {
        }
        std::this_thread::yield();
        busy -= cores;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(most <= kCores);
  const CoreStats stats = budget.stats();
  CHECK(stats.calls == std::uint64_t{kThreads} * kCalls);
  CHECK(stats.busy == 0);
  CHECK(stats.waiting == 0);
}

TEST_CASE("calls that fit compute side by side") {
  CoreBudget budget(3);
  Call narrow(budget, 1);
  Call wide(budget, 2);
  narrow.WaitUntilComputing();
  wide.WaitUntilComputing();
  CHECK(budget.stats().busy == 3);
}

TEST_CASE("calls get their cores in the order in which they came") {
  CoreBudget budget(1);
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::thread> callers;
  {
    const CoreLease holder(budget, 1);
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&, i] {
        const CoreLease lease(budget, 1);
        std::lock_guard lock(mutex);
        order.push_back(i);
      });
      WaitForWaiting(budget, static_cast<std::uint64_t>(i) + 1);
    }
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("nobody overtakes a wide call that waits, though a narrow one would fit") {
  CoreBudget budget(2);
  Call first(budget, 1);
  first.WaitUntilComputing();
  Call wide(budget, 2);
  WaitForWaiting(budget, 1);
  Call narrow(budget, 1);
  WaitForWaiting(budget, 2);
  CHECK(budget.stats().busy == 1);  // one core is free, for the wide one

  first.Finish();
  wide.WaitUntilComputing();
  CHECK_FALSE(narrow.computing());
  CHECK(budget.stats().waiting == 1);
  wide.Finish();
  narrow.WaitUntilComputing();
}

TEST_CASE("several narrow calls get the cores of a wide one at once") {
  CoreBudget budget(2);
  Call wide(budget, 2);
  wide.WaitUntilComputing();
  Call a(budget, 1);
  Call b(budget, 1);
  WaitForWaiting(budget, 2);
  wide.Finish();
  a.WaitUntilComputing();
  b.WaitUntilComputing();
}

TEST_CASE("the time that calls waited is counted") {
  clientele::testing::FakeClock clock;
  CoreBudget budget(1, &clock);
  Call holder(budget, 1);
  holder.WaitUntilComputing();
  CHECK(budget.stats().waited == absl::ZeroDuration());
  Call late(budget, 1);
  WaitForWaiting(budget, 1);
  clock.Advance(absl::Seconds(3));
  holder.Finish();
  late.WaitUntilComputing();
  CHECK(budget.stats().waited == absl::Seconds(3));
  CHECK(budget.stats().calls == 2);
}

TEST_CASE("a call that asks for more than there is takes everything") {
  CoreBudget budget(2);
  Call call(budget, 7);
  call.WaitUntilComputing();
  CHECK(budget.stats().busy == 2);
  CHECK(CoreBudget(0).cores() == 1);
}

}  // namespace clientele::inference
