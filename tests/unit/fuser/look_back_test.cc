#include "services/profile-service/training/fuser/look_back.h"

#include <cmath>

#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1'600'000'000);

Event Happened(EventType type, int day, double amount = 0, const char* category = "") {
  Event event;
  event.type = type;
  event.event_time = kBegin + absl::Hours(24 * day);
  event.amount_micros = static_cast<std::int64_t>(amount * 1e6);
  if (amount > 0) event.currency_code = "GBP";
  event.category = category;
  return event;
}

TEST_CASE("a customer is what was known by a day, and told what they did in the days after") {
  Event message = Happened(EventType::kMessage, 20);
  message.text = "when?";
  // The last event ends the history: day 60.
  const EventHistory history{
      {{Happened(EventType::kPurchase, 60, 7, "tea"), Happened(EventType::kPurchase, 0, 10, "tea"),
        message, Happened(EventType::kView, 40, 0, "garden"),
        Happened(EventType::kReturn, 50, 3, "tea")},
       {Happened(EventType::kView, 45)}}};
  const auto past = LookBack(history, {.days = 30, .origins = 3, .step = 10, .least_days = 15});
  REQUIRE(past.ok());
  // Day 30 and day 20; day 10 is too early, and the second customer came later.
  REQUIRE(past->size() == 2);
  const PastCustomer& first = past->front();
  CHECK(first.behavior[BehaviorFeature::kPurchaseLines] == std::log1p(1.0F));
  CHECK(first.behavior[BehaviorFeature::kPurchaseRecencyDays] == std::log1p(30.0F));
  CHECK(first.texts == std::vector<std::string>{"when?"});
  CHECK(first.bought_before);
  CHECK(first.bought);
  CHECK(first.spent == 4);
  CHECK(first.categories == std::map<std::string, double>{{"tea", 5}, {"garden", 1}});
  const PastCustomer& second = past->back();
  CHECK_FALSE(second.bought);
  CHECK(second.spent == 0);
  CHECK(second.categories == std::map<std::string, double>{{"garden", 1}});
}

TEST_CASE("a history that is too short has no earlier day") {
  const EventHistory history{{{Happened(EventType::kView, 0), Happened(EventType::kView, 40)}}};
  CHECK(absl::IsInvalidArgument(LookBack(history, {.days = 30, .least_days = 15}).status()));
  CHECK(absl::IsInvalidArgument(LookBack(history, {.days = 3}).status()));
}

}  // namespace
}  // namespace clientele::profile
