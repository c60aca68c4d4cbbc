// Campaigns, coupons, and events that are no customer's doing, over every kind of store.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/events/event_screening.h"
#include "services/profile-service/core/features/response_features.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

Event OfCampaign(std::string customer, std::string id, EventType type, std::string campaign,
                 absl::Duration ago = absl::Hours(1)) {
  Event event = MakeEvent(std::move(customer), std::move(id), type);
  event.campaign_id = std::move(campaign);
  event.event_time = kNow - ago;
  return event;
}

Event OfCoupon(std::string customer, std::string id, EventType type) {
  Event event = MakeEvent(std::move(customer), std::move(id), type);
  event.coupon_id = "ten-off";
  event.campaign_id = "spring";
  return event;
}

BehaviorSummary BehaviorOf(StoresUnderTest& stores, const std::string& customer) {
  const auto summary = stores.behavior().Summarize(kContext, customer, kNow, {});
  INFO(summary.status().ToString());
  REQUIRE(summary.ok());
  return *summary;
}

consent::Decision MarketingOf(StoresUnderTest& stores, const std::string& customer) {
  const auto read = stores.behavior().Read(kContext, customer, kNow, {}, {});
  REQUIRE(read.ok());
  return read->consents.Of(consent::Purpose::kMarketing);
}

void JoinPersons(StoresUnderTest& stores, const std::string& survivor,
                 const std::string& customer) {
  REQUIRE(stores.merges()
              .MergeCustomers(kContext, Mutation(),
                              {.survivor_id = survivor, .customer_ids = {customer}}, {})
              .ok());
}

// `count` views of one customer, the first at `from`.
std::vector<Event> ManyViews(const std::string& customer, int count, absl::Time from,
                             absl::Duration step, const std::string& prefix = "v") {
  std::vector<Event> views;
  for (int i = 0; i < count; ++i) {
    views.push_back(MakeEvent(customer, absl::StrCat(prefix, i)));
    views.back().event_time = from + i * step;
  }
  return views;
}

// A minute's first moment.
const absl::Time kMinute = WindowStart(kNow - absl::Hours(5), absl::Hours(1)) + absl::Minutes(7);

TEST_CASE("a campaign counts once however often it came, and is no behavior") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada", "bea"});
  Insert(*stores, {OfCampaign("ada", "1", EventType::kCampaignSent, "spring", absl::Hours(50)),
                   OfCampaign("ada", "2", EventType::kCampaignSent, "spring", absl::Hours(40)),
                   OfCampaign("ada", "3", EventType::kCampaignSent, "sale", absl::Hours(30))});
  Insert(*stores, {OfCampaign("ada", "4", EventType::kCampaignOpened, "spring", absl::Hours(20)),
                   OfCampaign("ada", "5", EventType::kCampaignOpened, "spring", absl::Hours(10)),
                   // Nobody recorded that it was sent or opened.
                   OfCampaign("ada", "6", EventType::kCampaignClicked, "hats", absl::Hours(5)),
                   OfCoupon("ada", "7", EventType::kCouponIssued),
                   OfCoupon("ada", "8", EventType::kCouponIssued),
                   OfCoupon("ada", "9", EventType::kCouponRedeemed)});
  const BehaviorSummary summary = BehaviorOf(*stores, "ada");
  CHECK(summary.event_count() == 0);
  CHECK_FALSE(summary.last_event_time.has_value());
  const ResponseSummary& responses = summary.responses;
  CHECK(responses.count(EventType::kCampaignSent) == 3);
  CHECK(responses.count(EventType::kCampaignOpened) == 2);
  CHECK(responses.campaigns_received == 3);
  CHECK(responses.campaigns_opened == 2);
  CHECK(responses.campaigns_clicked == 1);
  CHECK(responses.count(EventType::kCouponIssued) == 2);
  CHECK(responses.count(EventType::kCouponRedeemed) == 1);
  CHECK(responses.first_event_time == kNow - absl::Hours(50));
  CHECK(responses.last_response_time == kNow - absl::Hours(1));
  CHECK(BehaviorOf(*stores, "bea").responses == ResponseSummary());
}

TEST_CASE("a person received a campaign once, by whichever of their names") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada", "bea"});
  Insert(*stores, {OfCampaign("ada", "1", EventType::kCampaignSent, "spring"),
                   OfCampaign("bea", "1", EventType::kCampaignClicked, "spring"),
                   OfCampaign("bea", "2", EventType::kCampaignSent, "sale")});
  JoinPersons(*stores, "ada", "bea");
  const ResponseSummary responses = BehaviorOf(*stores, "bea").responses;
  CHECK(responses.campaigns_received == 2);
  CHECK(responses.campaigns_opened == 1);
  CHECK(responses.campaigns_clicked == 1);
  CHECK(responses.count(EventType::kCampaignSent) == 2);
}

TEST_CASE("events keep the campaign and the coupon that they name") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada"});
  Event view = MakeEvent("ada", "1");
  view.campaign_id = "spring";
  const Event coupon = OfCoupon("ada", "2", EventType::kCouponRedeemed);
  Insert(*stores, {view, coupon});
  const auto listed = stores->events().List(kContext, "ada", std::nullopt, 10);
  REQUIRE(listed.ok());
  CHECK(*listed == std::vector<Event>{coupon, view});
  const auto page = stores->changes().Read(kContext, 0, {});
  REQUIRE(page.ok());
  CHECK(page->changes.back().event == coupon);
}

TEST_CASE("whoever unsubscribes withdraws their consent to marketing, with the campaign as proof") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada", "bea"});
  const Event event =
      OfCampaign("ada", "1", EventType::kCampaignUnsubscribed, "spring", absl::Hours(3));
  Insert(*stores, {event, MakeEvent("bea", "1")});
  CHECK(MarketingOf(*stores, "ada") == consent::Decision::kWithdrawn);
  CHECK(MarketingOf(*stores, "bea") == consent::Decision::kNone);
  const auto decisions = stores->consents().Newest(kContext, "ada");
  REQUIRE(decisions.ok());
  REQUIRE(decisions->size() == 1);
  CHECK(decisions->front().decision_time == event.event_time);
  CHECK(decisions->front().source == "unsubscribed from campaign spring");
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created ada", "created bea", "event ada1",
                                                     "event bea1", "consents ada"});
  // Sent again it decides nothing anew.
  Insert(*stores, {event});
  CHECK(stores->consents().History(kContext, "ada", std::nullopt, 10)->size() == 1);
}

TEST_CASE("an unsubscription that comes late changes nothing that was decided after it") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada"});
  REQUIRE(stores->consents()
              .Record(kContext, Mutation(),
                      {{.customer_id = "ada",
                        .purpose = consent::Purpose::kMarketing,
                        .granted = true,
                        .decision_time = kNow - absl::Hours(1),
                        .source = "form",
                        .store_time = kNow}},
                      {})
              .ok());
  Insert(*stores,
         {OfCampaign("ada", "1", EventType::kCampaignUnsubscribed, "spring", absl::Hours(9))});
  CHECK(MarketingOf(*stores, "ada") == consent::Decision::kGranted);
  CHECK(BehaviorOf(*stores, "ada").responses.count(EventType::kCampaignUnsubscribed) == 1);
}

TEST_CASE("what a robot did stays in the log and counts for nothing") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada"});
  Event view = MakeEvent("ada", "1");
  view.left_out = LeftOut::kRobot;
  view.category = "hats";
  Event search = MakeEvent("ada", "2", EventType::kSearch);
  search.left_out = LeftOut::kRobot;
  search.text = "hats";
  Event click = OfCampaign("ada", "3", EventType::kCampaignClicked, "spring");
  click.left_out = LeftOut::kRobot;
  Event unsubscribed = OfCampaign("ada", "4", EventType::kCampaignUnsubscribed, "spring");
  unsubscribed.left_out = LeftOut::kRobot;
  Insert(*stores, {view, search, click, unsubscribed, MakeEvent("ada", "5")});
  const BehaviorSummary summary = BehaviorOf(*stores, "ada");
  CHECK(summary.event_count() == 1);
  CHECK(summary.category_affinity.empty());
  CHECK(summary.responses == ResponseSummary());
  CHECK(summary.left_out[static_cast<std::size_t>(LeftOut::kRobot)] == 4);
  CHECK(MarketingOf(*stores, "ada") == consent::Decision::kNone);
  CHECK(stores->text_vectors().Take(kContext, 10, kNow, absl::Minutes(1))->empty());
  const auto listed = stores->events().List(kContext, "ada", std::nullopt, 10);
  REQUIRE(listed->size() == 5);
  CHECK(listed->back().left_out == LeftOut::kRobot);
  const absl::CivilMonth month(absl::ToCivilSecond(kNow, absl::UTCTimeZone()));
  const auto months = stores->activity().CountByMonth(kContext, "ada", month, month);
  REQUIRE(months->size() == 1);
  CHECK(months->front().events == 1);
}

TEST_CASE("a minute with more than a person can do is left out whole, and no other") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada", "bea"});
  const auto most = static_cast<int>(RateLimits().per_minute);
  const absl::Duration step = absl::Milliseconds(150);
  // One more than may be, in three parts, the last event first.
  std::vector<Event> views = ManyViews("ada", most + 1, kMinute, step);
  std::reverse(views.begin(), views.end());
  Insert(*stores, {views.begin(), views.begin() + 1});
  Insert(*stores, {views.begin() + 1, views.begin() + most});
  CHECK(BehaviorOf(*stores, "ada").event_count() == most);
  Event purchase = MakeEvent("ada", "p", EventType::kPurchase);
  purchase.event_time = kMinute;
  std::vector<Event> last = {views.back(), purchase, MakeEvent("ada", "later")};
  for (const Event& view : ManyViews("bea", most, kMinute, step)) last.push_back(view);
  Insert(*stores, last);
  const BehaviorSummary summary = BehaviorOf(*stores, "ada");
  CHECK(summary.count(EventType::kView) == 1);
  CHECK(summary.count(EventType::kPurchase) == 1);
  CHECK(summary.left_out[static_cast<std::size_t>(LeftOut::kRate)] == most + 1);
  CHECK(BehaviorOf(*stores, "bea").count(EventType::kView) == most);
  // What comes later to a full minute is left out at once.
  std::vector<Event> more = ManyViews("ada", 1, kMinute + absl::Seconds(59), step, "more");
  Insert(*stores, more);
  CHECK(BehaviorOf(*stores, "ada").count(EventType::kView) == 1);
}

TEST_CASE("an hour at a pace that nobody keeps is left out though no minute of it is") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada"});
  const auto most = static_cast<int>(RateLimits().per_hour);
  const absl::Time hour = WindowStart(kMinute, absl::Hours(1));
  Insert(*stores, ManyViews("ada", most, hour, absl::Seconds(1)));
  CHECK(BehaviorOf(*stores, "ada").event_count() == most);
  Insert(*stores, ManyViews("ada", 1, hour + absl::Minutes(59), absl::Seconds(1), "last"));
  CHECK(BehaviorOf(*stores, "ada").event_count() == 0);
}

TEST_CASE("texts at an impossible rate lose their vectors") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"ada"});
  Event search = MakeEvent("ada", "search", EventType::kSearch);
  search.event_time = kMinute;
  search.text = "hats";
  Insert(*stores, {search});
  REQUIRE(stores->text_vectors().Take(kContext, 10, kNow, absl::Minutes(1))->size() == 1);
  const std::vector<TextVector> vectors = {{"ada", "search", {1, 0}}};
  REQUIRE(stores->text_vectors().Put(kContext, "m/1", vectors, kNow).ok());
  const SignalQuery texts{.model_id = "m/1", .limit = 5};
  REQUIRE(stores->behavior().Read(kContext, "ada", kNow, {}, texts)->texts.vectors.size() == 1);
  const auto most = static_cast<int>(RateLimits().per_minute);
  Insert(*stores, ManyViews("ada", most, kMinute, absl::Milliseconds(100)));
  const auto read = stores->behavior().Read(kContext, "ada", kNow, {}, texts);
  CHECK(read->texts.vectors.empty());
  CHECK(read->texts.pending == 0);
}

}  // namespace
}  // namespace clientele::profile::testing
