#include "common/batching/batch_scheduler.h"

#include <condition_variable>
#include <latch>
#include <set>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "common/batching/manual_batch_scheduler.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/batching/fake_row.h"

namespace clientele::batching {
namespace {

using clientele::testing::FakeClock;
using testing::FakeRow;
using testing::FakeRows;
using testing::Fate;
using testing::OneRow;

void Finish(FakeRows batch) {
  for (auto& row : batch) row->Finish();
}

// A model that blocks until it is released: the queue then fills behind it.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    entered_ += 1;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void WaitUntilEntered() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return entered_ > 0; });
  }
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int entered_ = 0;
  bool open_ = false;
};

}  // namespace

TEST_CASE("every accepted row is computed exactly once, from many threads") {
  Fate fate;
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kRows = 200;
  {
    BatchScheduler<FakeRow> scheduler(
        {.policy = {.max_batch_rows = 7, .queue_capacity = kThreads * kRows}, .workers = 3},
        SystemClock::Get(), Finish);
    std::vector<std::thread> callers;
    callers.reserve(kThreads);
    for (std::size_t t = 0; t < kThreads; ++t) {
      callers.emplace_back([&, t] {
        for (std::size_t i = 0; i < kRows; ++i) {
          FakeRows rows =
              OneRow(std::to_string(t * kRows + i), static_cast<std::int64_t>(1 + i % 40),
                     absl::InfiniteFuture(), &fate);
          if (!scheduler.Schedule(rows).ok()) std::abort();
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  CHECK(fate.computed.size() == kThreads * kRows);
  CHECK(std::set<std::string>(fate.computed.begin(), fate.computed.end()).size() ==
        kThreads * kRows);
  CHECK(fate.dropped.empty());
}

TEST_CASE("a full queue is refused at once while the model is busy") {
  Fate fate;
  Gate gate;
  BatchScheduler<FakeRow> scheduler({.policy = {.max_batch_rows = 1, .queue_capacity = 1}},
                                    SystemClock::Get(), [&](FakeRows batch) {
                                      gate.Pass();
                                      Finish(std::move(batch));
                                    });
  FakeRows running = OneRow("running", 1, absl::InfiniteFuture(), &fate);
  REQUIRE(scheduler.Schedule(running).ok());
  gate.WaitUntilEntered();
  FakeRows waiting = OneRow("waiting", 1, absl::InfiniteFuture(), &fate);
  REQUIRE(scheduler.Schedule(waiting).ok());
  FakeRows refused = OneRow("refused", 1, absl::InfiniteFuture(), &fate);
  CHECK(absl::IsResourceExhausted(scheduler.Schedule(refused)));
  CHECK(refused.size() == 1);

  gate.Open();
  scheduler.Drain();
  CHECK(fate.computed == std::vector<std::string>{"running", "waiting"});
  CHECK(scheduler.stats().refused == 1);
}

TEST_CASE("a row that expires behind a busy model is dropped and counted") {
  Fate fate;
  Gate gate;
  FakeClock clock;
  BatchScheduler<FakeRow> scheduler({.policy = {.max_batch_rows = 1}}, &clock, [&](FakeRows batch) {
    gate.Pass();
    Finish(std::move(batch));
  });
  FakeRows running = OneRow("running", 1, absl::InfiniteFuture(), &fate);
  REQUIRE(scheduler.Schedule(running).ok());
  gate.WaitUntilEntered();
  FakeRows late = OneRow("late", 1, clock.Now() + absl::Seconds(1), &fate);
  REQUIRE(scheduler.Schedule(late).ok());
  clock.Advance(absl::Seconds(1));

  gate.Open();
  scheduler.Drain();
  CHECK(fate.computed == std::vector<std::string>{"running"});
  REQUIRE(fate.dropped.size() == 1);
  CHECK(fate.dropped[0].first == "late");
  CHECK(absl::IsDeadlineExceeded(fate.dropped[0].second));
  CHECK(scheduler.stats().expired == 1);
}

TEST_CASE("shutting down computes a held batch and refuses further rows") {
  Fate fate;
  // Held for a day: only the shutdown can let it go.
  BatchScheduler<FakeRow> scheduler({.policy = {.max_hold = absl::Hours(24)}}, SystemClock::Get(),
                                    Finish);
  FakeRows rows = OneRow("held", 1, absl::InfiniteFuture(), &fate);
  REQUIRE(scheduler.Schedule(rows).ok());
  scheduler.Drain();
  CHECK(fate.computed == std::vector<std::string>{"held"});

  FakeRows after = OneRow("after", 1, absl::InfiniteFuture(), &fate);
  const absl::Status status = scheduler.Schedule(after);
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "DRAINING");
  CHECK(after.size() == 1);
  scheduler.Drain();  // idempotent
}

TEST_CASE("only the size lets a batch go that is held for a day") {
  Fate fate;
  std::latch computed(1);
  BatchScheduler<FakeRow> scheduler({.policy = {.max_batch_rows = 3, .max_hold = absl::Hours(24)}},
                                    SystemClock::Get(), [&](FakeRows batch) {
                                      CHECK(batch.size() == 3);
                                      Finish(std::move(batch));
                                      computed.count_down();
                                    });
  for (const char* name : {"a", "b", "c"}) {
    FakeRows rows = OneRow(name, 1, absl::InfiniteFuture(), &fate);
    REQUIRE(scheduler.Schedule(rows).ok());
  }
  computed.wait();
  CHECK(scheduler.stats().batches == 1);
}

TEST_CASE("the manual scheduler computes when it is asked to") {
  Fate fate;
  FakeClock clock;
  ManualBatchScheduler<FakeRow> scheduler({.max_batch_rows = 2}, &clock, Finish);
  for (const char* name : {"a", "b", "c"}) {
    FakeRows rows = OneRow(name, 1, absl::InfiniteFuture(), &fate);
    REQUIRE(scheduler.Schedule(rows).ok());
  }
  CHECK(scheduler.queued() == 3);
  CHECK(fate.computed.empty());
  CHECK(scheduler.RunOneBatch() == 2);
  CHECK(scheduler.RunOneBatch() == 1);
  CHECK(scheduler.RunOneBatch() == 0);
  CHECK(fate.computed == std::vector<std::string>{"a", "b", "c"});
}

}  // namespace clientele::batching
