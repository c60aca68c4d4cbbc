#include "common/operations/operation_waiter.h"

#include <atomic>
#include <latch>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/memory_operations.h"

namespace clientele::operations {
namespace {

constexpr absl::Duration kOften = absl::Microseconds(1);

struct Waiting {
  Waiting() { id = memory.Start({}, {}, {.kind = "erase"})->id; }

  testing::MemoryOperations memory;
  testing::FakeClock clock;
  std::string id;
};

TEST_CASE("a wait ends with the operation") {
  Waiting w;
  OperationWaiter waiter(&w.memory, &w.clock, {.poll_interval = kOften});
  int looks = 0;
  w.memory.before_get = [&] {
    if (++looks == 3) w.memory.Finish(w.id, "result");
  };
  const auto latest = waiter.Wait({}, w.id, absl::Seconds(1));
  REQUIRE(latest.ok());
  CHECK(latest->result == "result");
  CHECK(looks == 3);
}

TEST_CASE("a wait gives the operation as it is when its time is up") {
  Waiting w;
  OperationWaiter waiter(&w.memory, &w.clock,
                         {.max_wait = absl::Seconds(20), .poll_interval = kOften});
  int looks = 0;
  w.memory.before_get = [&] {
    ++looks;
    w.clock.Advance(absl::Seconds(1));
  };
  SECTION("of the call") {
    REQUIRE(waiter.Wait({}, w.id, absl::Seconds(5)).ok());
    CHECK(looks == 5);
  }
  SECTION("of the service") {
    REQUIRE(waiter.Wait({}, w.id, absl::InfiniteDuration()).ok());
    CHECK(looks == 20);
  }
  SECTION("a little before the deadline") {
    RequestContext context;
    context.deadline = w.clock.Now() + absl::Seconds(3);
    const auto latest = waiter.Wait(context, w.id, absl::InfiniteDuration());
    REQUIRE(latest.ok());
    CHECK(!latest->done());
    CHECK(looks == 3);
  }
  SECTION("at once") {
    REQUIRE(waiter.Wait({}, w.id, absl::ZeroDuration()).ok());
    CHECK(looks == 1);
  }
}

TEST_CASE("a wait ends when its call is cancelled, with what it has") {
  Waiting w;
  OperationWaiter waiter(&w.memory, &w.clock, {.poll_interval = absl::Hours(1)});
  CancellationSource source;
  RequestContext context;
  context.cancellation = source.token();
  w.memory.before_get = [&] { source.Cancel(); };
  const auto latest = waiter.Wait(context, w.id, absl::InfiniteDuration());
  REQUIRE(latest.ok());
  CHECK(latest->id == w.id);
}

TEST_CASE("a wait for an operation that is not there, or not any more, says so") {
  Waiting w;
  OperationWaiter waiter(&w.memory, &w.clock, {.poll_interval = kOften});
  CHECK(absl::IsNotFound(waiter.Wait({}, "none", absl::Seconds(1)).status()));
  int looks = 0;
  w.memory.before_get = [&] {
    if (++looks < 2) return;
    REQUIRE(w.memory.Cancel({}, w.id).ok());
    REQUIRE(w.memory.Delete({}, w.id).ok());
  };
  CHECK(absl::IsNotFound(waiter.Wait({}, w.id, absl::Seconds(1)).status()));
}

TEST_CASE("more waits than allowed are refused, and those after them are not") {
  Waiting w;
  OperationWaiter waiter(&w.memory, &w.clock, {.poll_interval = kOften, .max_waits = 1});
  std::atomic<int> looks = 0;
  std::atomic<bool> time_passes = false;
  std::latch waits(1);
  w.memory.before_get = [&] {
    if (++looks == 2) waits.count_down();
    if (time_passes) w.clock.Advance(absl::Seconds(1));
  };
  std::thread first([&] { CHECK(waiter.Wait({}, w.id, absl::Seconds(1))->done()); });
  waits.wait();  // for its second look: it is inside
  const absl::Status refused = waiter.Wait({}, w.id, absl::Seconds(1)).status();
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(GetRetryDelay(refused).has_value());
  w.memory.Finish(w.id, "result");
  first.join();

  const std::string another = w.memory.Start({}, {}, {.kind = "erase"})->id;
  time_passes = true;
  CHECK(waiter.Wait({}, another, absl::Seconds(2)).ok());
}

}  // namespace
}  // namespace clientele::operations
