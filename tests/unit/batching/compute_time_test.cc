#include "common/batching/compute_time.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::batching {

TEST_CASE("nothing measured estimates nothing") {
  CHECK(ComputeTime().Estimate(100) == absl::ZeroDuration());
}

TEST_CASE("the first measurement counts in full, later ones by an eighth") {
  ComputeTime times;
  times.Record(100, absl::Milliseconds(8));
  CHECK(times.Estimate(100) == absl::Milliseconds(8));
  times.Record(100, absl::Milliseconds(16));
  CHECK(absl::ToDoubleMilliseconds(times.Estimate(100)) == 9.0);
}

TEST_CASE("an unmeasured size takes the largest smaller one, never a larger one") {
  ComputeTime times;
  times.Record(16, absl::Milliseconds(1));
  times.Record(1000, absl::Milliseconds(50));
  CHECK(times.Estimate(200) == absl::Milliseconds(1));
  CHECK(times.Estimate(1'000'000) == absl::Milliseconds(50));
  CHECK(times.Estimate(15) == absl::ZeroDuration());
}

TEST_CASE("sizes of one power of two share a mean") {
  ComputeTime times;
  times.Record(64, absl::Milliseconds(2));
  CHECK(times.Estimate(127) == absl::Milliseconds(2));
  CHECK(times.Estimate(63) == absl::ZeroDuration());
}

TEST_CASE("an expectation grows with the size from what was measured") {
  ComputeTime times;
  CHECK(times.Expect(1) == absl::InfiniteDuration());
  times.Record(16, absl::Milliseconds(2));
  CHECK(times.Expect(16) == absl::Milliseconds(2));
  CHECK(times.Expect(64) == absl::Milliseconds(8));
  CHECK(times.Expect(4) == absl::Microseconds(500));
  times.Record(64, absl::Milliseconds(5));
  CHECK(times.Expect(128) == absl::Milliseconds(10));
}

TEST_CASE("doubt shrinks the estimate that caused it") {
  ComputeTime times;
  times.Record(64, absl::Milliseconds(8));
  times.Doubt(100);
  CHECK(times.Estimate(64) == absl::Milliseconds(7));
}

}  // namespace clientele::batching
