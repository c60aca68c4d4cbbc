#include "services/profile-service/core/events/sent_event.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

TEST_CASE("an event is read from what was sent, and says the same again") {
  Event event = MakeEvent("42", "e1", EventType::kPurchase);
  event.event_time += absl::Microseconds(7);
  event.item_id = "mug";
  event.amount_micros = 6'950'000;
  event.currency_code = "GBP";
  event.text = "雨";
  event.rating = 4.5;
  const SentEvent sent = ToSentEvent(event);
  CHECK(sent.customer == "customers/42");
  CHECK(sent.item == "items/mug");
  CHECK(ToEvent(sent) == event);
}

TEST_CASE("names of another form and times that are none become what validation refuses") {
  SentEvent sent = ToSentEvent(MakeEvent("42", "e1"));
  sent.customer = "customer/42";
  sent.item = "items/";
  CHECK(ToEvent(sent).customer_id == "?");
  CHECK(ToEvent(sent).item_id == "?");
  sent.item = "";
  CHECK(ToEvent(sent).item_id.empty());
  for (const SentEvent::Time time :
       {SentEvent::Time{0, -1}, SentEvent::Time{0, 1'000'000'000},
        SentEvent::Time{-62'135'596'801, 0}, SentEvent::Time{253'402'300'800, 0}}) {
    sent.event_time = time;
    CHECK(ToEvent(sent).event_time == absl::InfinitePast());
  }
  sent.event_time.reset();
  CHECK(ToEvent(sent).event_time == absl::InfinitePast());
}

TEST_CASE("whom an event is about shows in a name of any form") {
  for (const char* name : {"customers/42", "42", " customers/42\n", "customer/42", "a/b/ 42"}) {
    INFO(name);
    CHECK(ClaimedCustomer(name) == "42");
  }
  for (const char* name : {"", "customers/", "customers/4 2", "?", "/"}) {
    INFO(name);
    CHECK(ClaimedCustomer(name).empty());
  }
}

TEST_CASE("every field of an event can be copied alone") {
  SentEvent from{.customer = "customers/1",
                 .event_id = "e1",
                 .type = 4,
                 .event_time = SentEvent::Time{5, 6},
                 .item = "items/mug",
                 .category = "mugs",
                 .quantity = 2,
                 .amount_micros = 3,
                 .currency_code = "GBP",
                 .text = "hello",
                 .channel = "web",
                 .device = "ios",
                 .rating = 4,
                 .source = "file.csv",
                 .campaign_id = "spring",
                 .coupon_id = "ten-off",
                 .user_agent = "curl/8"};
  SentEvent to;
  for (const absl::string_view field : kEventFields) {
    INFO(field);
    const SentEvent before = to;
    CHECK(CopyEventField(field, from, to));
    CHECK_FALSE(to == before);
  }
  CHECK(to == from);
  CHECK_FALSE(CopyEventField("name", from, to));
}

}  // namespace
}  // namespace clientele::profile::testing
