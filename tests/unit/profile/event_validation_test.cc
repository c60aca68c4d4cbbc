#include "services/profile-service/core/events/event_validation.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

using Fields = std::vector<std::string>;

Fields BadFields(const Event& event) {
  FieldViolations bad;
  ValidateEvent(event, kNow, "events[3]", bad);
  Fields fields;
  for (const FieldViolation& violation : GetFieldViolations(bad.ToStatus())) {
    fields.push_back(violation.field.substr(std::string("events[3].").size()));
  }
  return fields;
}

// A valid event with one change.
template <class Change>
Fields BadAfter(Change change) {
  Event event = MakeEvent("42", "1");
  change(event);
  return BadFields(event);
}

TEST_CASE("the smallest and the fullest event are valid") {
  CHECK(BadFields(MakeEvent("42", "1")).empty());
  Event event = MakeEvent("42", std::string(64, '~'), EventType::kDevice);
  event.event_time = kNow + absl::Hours(24);
  event.item_id = "items.1";
  event.category = std::string(128, 'c');
  event.quantity = 1e9;
  event.amount_micros = std::numeric_limits<int64_t>::max();
  event.currency_code = "CNY";
  event.text = std::string(16384, 't');
  event.channel = std::string(32, 'c');
  event.device = std::string(32, 'd');
  event.rating = 5;
  event.source = std::string(128, 's');
  CHECK(BadFields(event).empty());
}

TEST_CASE("events of campaigns and coupons have what they are about, and nothing else") {
  const auto fields = [](EventType type, auto change) {
    return BadAfter([&](Event& e) {
      e.type = type;
      change(e);
    });
  };
  for (const EventType type : {EventType::kCampaignSent, EventType::kCampaignOpened,
                               EventType::kCampaignClicked, EventType::kCampaignUnsubscribed}) {
    CHECK(fields(type, [](Event& e) { e.campaign_id = "spring-26"; }).empty());
    CHECK(fields(type, [](Event&) {}) == Fields{"campaign_id"});
    CHECK(fields(type, [](Event& e) { e.campaign_id = "spring 26"; }) == Fields{"campaign_id"});
    CHECK(fields(type, [](Event& e) {
            e.campaign_id = "a";
            e.coupon_id = "b";
            e.item_id = "c";
            e.quantity = 1;
            e.amount_micros = 1;
            e.currency_code = "GBP";
            e.rating = 1;
          }) == Fields{"coupon_id", "item", "quantity", "amount_micros", "rating"});
  }
  for (const EventType type : {EventType::kCouponIssued, EventType::kCouponRedeemed}) {
    CHECK(fields(type, [](Event& e) {
            e.coupon_id = "ten-off";
            e.campaign_id = "spring-26";
            e.item_id = "lamp";
            e.amount_micros = 1;
            e.currency_code = "GBP";
          }).empty());
    CHECK(fields(type, [](Event& e) { e.rating = 1; }) == Fields{"coupon_id", "rating"});
  }
  // Any event may say what it came of.
  CHECK(fields(EventType::kView, [](Event& e) {
          e.campaign_id = "a";
          e.coupon_id = "b";
        }).empty());
  CHECK(fields(EventType::kView, [](Event& e) { e.coupon_id = "a/b"; }) == Fields{"coupon_id"});
}

TEST_CASE("a user agent has at most 512 bytes") {
  CHECK(BadAfter([](Event& e) { e.user_agent = std::string(512, 'u'); }).empty());
  CHECK(BadAfter([](Event& e) { e.user_agent = std::string(513, 'u'); }) == Fields{"user_agent"});
}

TEST_CASE("numbers must be finite and in range") {
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity, -0.5, 1.1e9}) {
    CHECK(BadAfter([&](Event& e) { e.quantity = bad; }) == Fields{"quantity"});
  }
  for (const double bad : {nan, infinity, -1.0, 5.01}) {
    CHECK(BadAfter([&](Event& e) { e.rating = bad; }) == Fields{"rating"});
  }
  CHECK(BadAfter([](Event& e) { e.amount_micros = -1; }) == Fields{"amount_micros"});
}

TEST_CASE("times lie after 1970 and at most one day ahead") {
  const auto with = [](absl::Time time) {
    return BadAfter([&](Event& e) { e.event_time = time; });
  };
  CHECK(with(absl::InfinitePast()) == Fields{"event_time"});
  CHECK(with(absl::UnixEpoch()) == Fields{"event_time"});
  CHECK(with(absl::UnixEpoch() + absl::Microseconds(1)).empty());
  CHECK(with(kNow + absl::Hours(24) + absl::Microseconds(1)) == Fields{"event_time"});
  CHECK(with(absl::InfiniteFuture()) == Fields{"event_time"});
}

TEST_CASE("an amount needs an ISO 4217 currency") {
  CHECK(BadAfter([](Event& e) { e.amount_micros = 1; }) == Fields{"currency_code"});
  for (const char* bad : {"gbp", "GB", "POUND", "G1P"}) {
    CHECK(BadAfter([&](Event& e) { e.currency_code = bad; }) == Fields{"currency_code"});
  }
  CHECK(BadAfter([](Event& e) { e.currency_code = "GBP"; }).empty());
}

TEST_CASE("ids and types must be known forms") {
  CHECK(BadAfter([](Event& e) { e.customer_id = "?"; }) == Fields{"customer"});
  CHECK(BadAfter([](Event& e) { e.item_id = "a b"; }) == Fields{"item"});
  for (const char* bad : {"", "a b", "ü", "\x7f"}) {
    CHECK(BadAfter([&](Event& e) { e.event_id = bad; }) == Fields{"event_id"});
  }
  CHECK(BadAfter([](Event& e) { e.event_id = std::string(65, 'x'); }) == Fields{"event_id"});
  CHECK(BadAfter([](Event& e) { e.type = EventType::kUnspecified; }) == Fields{"type"});
  CHECK(BadAfter([](Event& e) { e.type = static_cast<EventType>(kEventTypes); }) == Fields{"type"});
  CHECK(BadAfter([](Event& e) { e.type = static_cast<EventType>(-1); }) == Fields{"type"});
}

TEST_CASE("texts must be UTF-8 without NUL and within their length") {
  CHECK(BadAfter([](Event& e) { e.text = "\xC3"; }) == Fields{"text"});
  CHECK(BadAfter([](Event& e) { e.category = std::string("a\0b", 3); }) == Fields{"category"});
  CHECK(BadAfter([](Event& e) { e.text = std::string(16385, 't'); }) == Fields{"text"});
  CHECK(BadAfter([](Event& e) { e.channel = std::string(33, 'c'); }) == Fields{"channel"});
  CHECK(BadAfter([](Event& e) { e.device = "\xFF"; }) == Fields{"device"});
  CHECK(BadAfter([](Event& e) { e.source = std::string(129, 's'); }) == Fields{"source"});
}

TEST_CASE("every wrong field of an event is reported") {
  Event event;
  event.quantity = -1;
  CHECK(BadFields(event) == Fields{"customer", "event_id", "type", "event_time", "quantity"});
}

}  // namespace
}  // namespace clientele::profile::testing
