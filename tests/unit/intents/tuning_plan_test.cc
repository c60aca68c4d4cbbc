#include <cstdint>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/training/intents/encoder_tuning.h"

namespace clientele::qa {
namespace {

EncoderTuningOptions WithRoomFor(double tokens) {
  return {.max_epochs = 4, .max_operations = 10 * tokens, .min_tokens = 5};
}

TEST_CASE("short texts are learned whole, as often as there is room for and no oftener") {
  const std::vector<std::int64_t> lengths = {10, 20, 30};
  CHECK(PlanTuning(10, lengths, WithRoomFor(150)).epochs == 2);
  CHECK(PlanTuning(10, lengths, WithRoomFor(60)).epochs == 1);
  CHECK(PlanTuning(10, lengths, WithRoomFor(60)).max_tokens == 30);
  CHECK(PlanTuning(10, lengths, WithRoomFor(6000)).epochs == 4);
}

TEST_CASE("long texts are cut to what one epoch has room for") {
  const TuningPlan plan = PlanTuning(10, {10, 20, 30}, WithRoomFor(51));
  CHECK(plan.epochs == 1);
  CHECK(plan.max_tokens == 21);  // 10, 20 and 21 of them
}

TEST_CASE("beyond the most tokens nothing of a text is learned, however much room there is") {
  EncoderTuningOptions options = WithRoomFor(6000);
  options.max_tokens = 25;
  const TuningPlan plan = PlanTuning(10, {10, 20, 300}, options);
  CHECK(plan.epochs == 4);
  CHECK(plan.max_tokens == 25);
  options.max_operations = 10 * 110;
  CHECK(PlanTuning(10, {10, 20, 300}, options).epochs == 2);  // of 55 tokens
}

TEST_CASE("texts of which too little would be left are not learned") {
  CHECK(PlanTuning(10, {10, 20, 30}, WithRoomFor(15)).max_tokens == 5);
  CHECK(PlanTuning(10, {10, 20, 30}, WithRoomFor(14)).epochs == 0);
}

TEST_CASE("no texts need no plan") { CHECK(PlanTuning(10, {}, WithRoomFor(1)).max_tokens == 0); }

}  // namespace
}  // namespace clientele::qa
