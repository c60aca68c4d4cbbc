#include "common/training/learning_rate.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::training {
namespace {

using Catch::Approx;

TEST_CASE("a constant rate never changes") {
  CHECK(LearningRateSchedule::Constant().Factor(0) == 1);
  CHECK(LearningRateSchedule().Factor(1'000'000) == 1);
}

TEST_CASE("after the warm-up the rate falls along half a cosine") {
  const auto schedule = LearningRateSchedule::WarmUpCosine(4, 15, 0.1);
  CHECK(schedule.Factor(0) == 0.25);
  CHECK(schedule.Factor(3) == 1);
  CHECK(schedule.Factor(4) == 1);
  CHECK(schedule.Factor(9) == Approx(0.55));
  CHECK(schedule.Factor(14) == 0.1);
  CHECK(schedule.Factor(99) == 0.1);
}

TEST_CASE("after the warm-up the rate falls along a line") {
  const auto schedule = LearningRateSchedule::WarmUpLinear(0, 11);
  CHECK(schedule.Factor(0) == 1);
  CHECK(schedule.Factor(1) == Approx(0.9));
  CHECK(schedule.Factor(5) == Approx(0.5));
  CHECK(schedule.Factor(10) == 0);
}

TEST_CASE("short and empty schedules give numbers from 0 to 1") {
  for (const std::int64_t total : {0, 1, 2, 5}) {
    const auto schedule = LearningRateSchedule::WarmUpCosine(5, total);
    for (std::int64_t step = 0; step < 8; ++step) {
      CHECK(schedule.Factor(step) >= 0);
      CHECK(schedule.Factor(step) <= 1);
    }
  }
}

}  // namespace
}  // namespace clientele::training
