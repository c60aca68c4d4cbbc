#include "common/changefeed/backoff.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::changefeed {
namespace {

constexpr BackoffOptions kOptions{absl::Milliseconds(100), absl::Seconds(1), 2.0};

TEST_CASE("waits double with each failure until the maximum") {
  CHECK(BackoffDelay(kOptions, 1, 1.0) == absl::Milliseconds(100));
  CHECK(BackoffDelay(kOptions, 2, 1.0) == absl::Milliseconds(200));
  CHECK(BackoffDelay(kOptions, 4, 1.0) == absl::Milliseconds(800));
  CHECK(BackoffDelay(kOptions, 5, 1.0) == absl::Seconds(1));
  CHECK(BackoffDelay(kOptions, 10000, 1.0) == absl::Seconds(1));
}

TEST_CASE("jitter takes off at most half of a wait") {
  CHECK(BackoffDelay(kOptions, 1, 0.0) == absl::Milliseconds(50));
  CHECK(BackoffDelay(kOptions, 1, 0.5) == absl::Milliseconds(75));
}

}  // namespace
}  // namespace clientele::changefeed
