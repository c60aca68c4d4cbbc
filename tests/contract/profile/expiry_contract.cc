// What every EventExpiryStore does, together with the stores of events and changes.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/events/event_expiry_store.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

// `days` ago.
Event OldEvent(const std::string& customer, const std::string& id, EventType type, int days) {
  Event event = MakeEvent(customer, id, type);
  event.event_time = kNow - absl::Hours(24 * days);
  return event;
}

const std::vector<ExpiryRule>& ViewsAndMessages() {
  static const auto& rules =
      *new std::vector<ExpiryRule>{{EventType::kView, kNow - absl::Hours(24 * 30)},
                                   {EventType::kMessage, kNow - absl::Hours(24 * 90)}};
  return rules;
}

// All steps until everybody was looked at; how many events went.
std::int64_t ExpireAll(StoresUnderTest& stores, const std::vector<ExpiryRule>& rules,
                       const ExpiryLimits& limits = {}) {
  std::int64_t deleted = 0;
  std::string after;
  while (true) {
    const auto step = stores.expiry().ExpireEvents(kContext, rules, after, limits);
    INFO(step.status().ToString());
    REQUIRE(step.ok());
    CHECK(step->deleted <= limits.events);
    deleted += step->deleted;
    after = step->next_after;
    if (step->done) return deleted;
  }
}

std::vector<std::string> EventsLeft(StoresUnderTest& stores, const std::string& customer) {
  const auto events = stores.events().List(kContext, customer, std::nullopt, 1000);
  REQUIRE(events.ok());
  std::vector<std::string> ids;
  for (const Event& event : *events) ids.push_back(event.event_id);
  return ids;
}

std::vector<Change> ToldExpiries(StoresUnderTest& stores) {
  const auto page = stores.changes().Read(kContext, 0, {});
  REQUIRE(page.ok());
  std::vector<Change> told;
  for (const Change& change : page->changes) {
    if (change.kind == ChangeKind::kEventsExpired) told.push_back(change);
  }
  return told;
}

TEST_CASE("expiry: events of a type that happened before its moment go, the others stay") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "2"});
  Event edge = OldEvent("1", "edge", EventType::kView, 30);
  Insert(*stores, {OldEvent("1", "old", EventType::kView, 31), edge,
                   OldEvent("1", "bought", EventType::kPurchase, 900),
                   OldEvent("1", "wrote", EventType::kMessage, 60),
                   OldEvent("2", "wrote", EventType::kMessage, 91),
                   OldEvent("2", "new", EventType::kView, 0)});
  CHECK(ExpireAll(*stores, ViewsAndMessages()) == 2);
  CHECK(EventsLeft(*stores, "1") == std::vector<std::string>{"edge", "wrote", "bought"});
  CHECK(EventsLeft(*stores, "2") == std::vector<std::string>{"new"});
  CHECK(ExpireAll(*stores, ViewsAndMessages()) == 0);
  CHECK(ExpireAll(*stores, {}) == 0);
}

TEST_CASE("expiry: a step is bounded by customers and by events, and the next one goes on") {
  const auto stores = MakeStoresUnderTest();
  std::vector<std::string> customers;
  std::vector<Event> events;
  for (int c = 0; c < 7; ++c) {
    customers.push_back(absl::StrCat("c", c));
    for (int e = 0; e < c; ++e) {
      events.push_back(OldEvent(customers.back(), absl::StrCat("e", e), EventType::kView, 40));
    }
  }
  CreateCustomers(*stores, customers);
  Insert(*stores, events);
  CHECK(ExpireAll(*stores, ViewsAndMessages(), {.customers = 3, .events = 2}) == 21);
  for (const std::string& customer : customers) CHECK(EventsLeft(*stores, customer).empty());
}

TEST_CASE("expiry: followers are told of each type once, behind what was deleted") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Insert(*stores,
         {OldEvent("1", "a", EventType::kView, 31), OldEvent("1", "b", EventType::kView, 0)});
  CHECK(ToldExpiries(*stores).empty());
  REQUIRE(ExpireAll(*stores, ViewsAndMessages()) == 1);
  CHECK(*stores->expiry().TellExpired(kContext) == 1);
  CHECK(*stores->expiry().TellExpired(kContext) == 0);
  const std::vector<Change> told = ToldExpiries(*stores);
  REQUIRE(told.size() == 1);
  CHECK(told[0].customer_id.empty());
  CHECK(told[0].change_time == stores->clock.Now());
  CHECK(told[0].expired == ViewsAndMessages()[0]);
  // The feed does not tell of what is gone, nor does a snapshot have it.
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created 1", "event 1b", "expired "});
  const auto snapshot = stores->changes().ReadSnapshot(kContext, "", {});
  REQUIRE(snapshot.ok());
  CHECK(Describe(snapshot->changes) == std::vector<std::string>{"created 1", "event 1b"});
}

TEST_CASE("expiry: without consent to a purpose events go earlier, and followers are told whose") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "2", "3"});
  Decide(*stores, "2", consent::Purpose::kProfiling, false);
  Decide(*stores, "3", consent::Purpose::kMarketing, true);
  for (const char* customer : {"1", "2", "3"}) {
    Insert(*stores, {OldEvent(customer, "oldest", EventType::kView, 31),
                     OldEvent(customer, "older", EventType::kView, 8),
                     OldEvent(customer, "new", EventType::kView, 6),
                     OldEvent(customer, "opened", EventType::kCampaignOpened, 9)});
  }
  const std::vector<ExpiryRule> rules = {
      {EventType::kView, kNow - absl::Hours(24 * 30)},
      {EventType::kView, kNow - absl::Hours(24 * 7), consent::Purpose::kProfiling},
      {EventType::kView, kNow - absl::Hours(24 * 20), consent::Purpose::kImageAnalysis},
      {EventType::kCampaignOpened, kNow - absl::Hours(24 * 7), consent::Purpose::kMarketing}};
  for (const int events : {1, 1000}) {
    CHECK(ExpireAll(*stores, rules, {.customers = 2, .events = events}) == (events == 1 ? 6 : 0));
  }
  // Nobody asked 1, and marketing needs a grant.
  CHECK(EventsLeft(*stores, "1") == std::vector<std::string>{"new", "older"});
  CHECK(EventsLeft(*stores, "2") == std::vector<std::string>{"new"});
  CHECK(EventsLeft(*stores, "3") == std::vector<std::string>{"new", "older", "opened"});
  // Image analysis needs a grant that nobody gave: so all views went by one's own consents.
  CHECK(*stores->expiry().TellExpired(kContext) == 0);
  std::map<std::pair<std::string, EventType>, absl::Time> told;
  for (const Change& change : ToldExpiries(*stores)) {
    told[{change.customer_id, change.expired.type}] = change.expired.before;
  }
  CHECK(told == std::map<std::pair<std::string, EventType>, absl::Time>{
                    {{"1", EventType::kView}, kNow - absl::Hours(24 * 20)},
                    {{"1", EventType::kCampaignOpened}, kNow - absl::Hours(24 * 7)},
                    {{"2", EventType::kView}, kNow - absl::Hours(24 * 7)},
                    {{"2", EventType::kCampaignOpened}, kNow - absl::Hours(24 * 7)},
                    {{"3", EventType::kView}, kNow - absl::Hours(24 * 20)}});
}

TEST_CASE("expiry: what goes by consent and what goes of everybody is told apart") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "2"});
  Decide(*stores, "2", consent::Purpose::kProfiling, false);
  Insert(*stores,
         {OldEvent("1", "a", EventType::kView, 31), OldEvent("2", "a", EventType::kView, 31),
          OldEvent("1", "b", EventType::kView, 8), OldEvent("2", "b", EventType::kView, 8)});
  const ExpiryRule everybodys = {EventType::kView, kNow - absl::Hours(24 * 30)};
  const ExpiryRule own = {EventType::kView, kNow - absl::Hours(24 * 7)};
  const auto step = stores->expiry().ExpireEvents(
      kContext, {everybodys, {own.type, own.before, consent::Purpose::kProfiling}}, "", {});
  REQUIRE(step.ok());
  CHECK(step->deleted == 3);
  CHECK(step->told);
  CHECK(*stores->expiry().TellExpired(kContext) == 1);
  const std::vector<Change> told = ToldExpiries(*stores);
  REQUIRE(told.size() == 2);
  CHECK(told[0].customer_id == "2");
  CHECK(told[0].expired == own);
  CHECK(told[1].customer_id.empty());
  CHECK(told[1].expired == everybodys);
}

TEST_CASE("expiry: what was not told is told later, as of the latest moment") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Insert(*stores,
         {OldEvent("1", "a", EventType::kView, 31), OldEvent("1", "b", EventType::kView, 25)});
  REQUIRE(ExpireAll(*stores, ViewsAndMessages()) == 1);
  // The process ended before it told; the next one deletes more.
  const std::vector<ExpiryRule> later = {{EventType::kView, kNow - absl::Hours(24 * 20)}};
  REQUIRE(ExpireAll(*stores, later) == 1);
  CHECK(*stores->expiry().TellExpired(kContext) == 1);
  CHECK(ToldExpiries(*stores).at(0).expired == later[0]);
}

TEST_CASE("expiry: features, texts and their vectors are those of what is left") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Event old_text = OldEvent("1", "old", EventType::kMessage, 100);
  old_text.text = "long ago";
  Event new_text = OldEvent("1", "new", EventType::kMessage, 1);
  new_text.text = "yesterday";
  Insert(*stores, {old_text, new_text, OldEvent("1", "view", EventType::kView, 40)});
  REQUIRE(stores->text_vectors()
              .Put(kContext, "text/1", {{{"1", "old", {1, 0}}, {"1", "new", {0, 1}}}}, kNow)
              .ok());
  REQUIRE(ExpireAll(*stores, ViewsAndMessages()) == 2);
  const auto read = [&] {
    const auto behavior = stores->behavior().Read(kContext, "1", kNow, {}, {"text/1", 10, {}});
    REQUIRE(behavior.ok());
    return *behavior;
  };
  CHECK(read().summary.count_by_type[static_cast<std::size_t>(EventType::kView)] == 0);
  CHECK(read().summary.count_by_type[static_cast<std::size_t>(EventType::kMessage)] == 1);
  CHECK(read().summary.first_event_time == new_text.event_time);
  CHECK(read().texts.vectors == std::vector<std::vector<float>>{{0, 1}});
  // And so they are once the sums were made again.
  REQUIRE(stores->behavior().RebuildSums(kContext, {}, 10).ok());
  CHECK(read().summary.first_event_time == new_text.event_time);
}

}  // namespace
}  // namespace clientele::profile::testing
