#include "services/gateway-service/core/fan_out.h"

#include <atomic>
#include <latch>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/support/fake_clock.h"

namespace clientele::gateway {
namespace {

using clientele::testing::FakeClock;

RequestContext ContextWith(absl::Time deadline) {
  RequestContext context;
  context.deadline = deadline;
  return context;
}

TEST_CASE("a section gets nine tenths of what is left, within 5 ms and 500 ms of the deadline") {
  const absl::Time now = absl::FromUnixSeconds(1000);
  CHECK(SectionDeadline(now, now + absl::Seconds(1)) == now + absl::Milliseconds(900));
  CHECK(SectionDeadline(now, now + absl::Milliseconds(10)) == now + absl::Milliseconds(5));
  CHECK(SectionDeadline(now, now + absl::Seconds(60)) == now + absl::Milliseconds(59'500));
  CHECK(SectionDeadline(now, absl::InfiniteFuture()) == absl::InfiniteFuture());
}

TEST_CASE("each section has a status of its own and the others are not disturbed") {
  FakeClock clock;
  Executor executor({.name = "test", .threads = 2, .queue_capacity = 8});
  const FanOut fan_out(&executor, &clock);
  int value = 0;
  const auto statuses =
      fan_out.Run(ContextWith(clock.Now() + absl::Seconds(1)),
                  {[&](const RequestContext&) {
                     value = 7;
                     return absl::OkStatus();
                   },
                   [](const RequestContext&) { return absl::UnavailableError("down"); },
                   [](const RequestContext&) { return absl::OkStatus(); }});
  REQUIRE(statuses.size() == 3);
  CHECK(statuses[0].ok());
  CHECK(absl::IsUnavailable(statuses[1]));
  CHECK(statuses[2].ok());
  CHECK(value == 7);
}

TEST_CASE("sections run side by side") {
  FakeClock clock;
  Executor executor({.name = "test", .threads = 3, .queue_capacity = 0});
  const FanOut fan_out(&executor, &clock);
  // Each section waits for the other two: one after another would never end.
  std::latch all(3);
  const FanOut::Section meet = [&](const RequestContext&) {
    all.arrive_and_wait();
    return absl::OkStatus();
  };
  for (const auto& status : fan_out.Run(ContextWith(absl::InfiniteFuture()), {meet, meet, meet})) {
    CHECK(status.ok());
  }
}

TEST_CASE("a section that the full executor refuses is RESOURCE_EXHAUSTED and never runs") {
  FakeClock clock;
  Executor executor({.name = "test", .threads = 1, .queue_capacity = 0});
  std::latch busy(1);
  std::latch release(1);
  REQUIRE(executor
              .Submit([&] {
                busy.count_down();
                release.wait();
              })
              .ok());
  busy.wait();
  const FanOut fan_out(&executor, &clock);
  std::atomic<int> runs = 0;
  const FanOut::Section count = [&](const RequestContext&) {
    ++runs;
    return absl::OkStatus();
  };
  const auto statuses = fan_out.Run(ContextWith(absl::InfiniteFuture()), {count, count});
  release.count_down();
  // The first one is the caller's own.
  CHECK(statuses[0].ok());
  CHECK(absl::IsResourceExhausted(statuses[1]));
  CHECK(GetRetryDelay(statuses[1]).has_value());
  CHECK(runs == 1);
}

TEST_CASE("past the deadline no section is run") {
  FakeClock clock;
  Executor executor({.name = "test", .threads = 1, .queue_capacity = 4});
  const FanOut fan_out(&executor, &clock);
  std::atomic<int> runs = 0;
  const auto statuses =
      fan_out.Run(ContextWith(clock.Now() - absl::Seconds(1)), {[&](const RequestContext&) {
                    ++runs;
                    return absl::OkStatus();
                  }});
  CHECK(absl::IsDeadlineExceeded(statuses[0]));
  CHECK(runs == 0);
}

}  // namespace
}  // namespace clientele::gateway
