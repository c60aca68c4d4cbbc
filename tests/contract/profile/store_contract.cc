// What every implementation of profile-service's ports does.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

TEST_CASE("events are counted by month, those outside left out") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  const auto at = [](const char* id, EventType type, absl::CivilSecond time) {
    Event event = MakeEvent("a", id, type);
    event.event_time = absl::FromCivil(time, absl::UTCTimeZone());
    return event;
  };
  Insert(*stores, {at("1", EventType::kView, absl::CivilSecond(2023, 1, 31, 23, 59, 59)),
                   at("2", EventType::kView, absl::CivilSecond(2023, 2, 1)),
                   at("3", EventType::kPurchase, absl::CivilSecond(2023, 2, 28, 23, 59, 59)),
                   at("4", EventType::kPurchase, absl::CivilSecond(2023, 4, 1)),
                   at("5", EventType::kView, absl::CivilSecond(2023, 5, 1)), MakeEvent("b", "1")});
  const auto months = stores->activity().CountByMonth(kContext, "a", absl::CivilMonth(2023, 2),
                                                      absl::CivilMonth(2023, 4));
  REQUIRE(months.ok());
  REQUIRE(months->size() == 2);
  CHECK((*months)[0].month == absl::CivilMonth(2023, 2));
  CHECK((*months)[0].events == 2);
  CHECK((*months)[0].purchases == 1);
  CHECK((*months)[1].month == absl::CivilMonth(2023, 4));
  CHECK((*months)[1].purchases == 1);
  CHECK(stores->activity()
            .CountByMonth(kContext, "nobody", absl::CivilMonth(2023, 2), absl::CivilMonth(2023, 4))
            ->empty());
}

TEST_CASE("a customer is read back as it was made") {
  const auto stores = MakeStoresUnderTest();
  const Customer made = MakeCustomer("42");
  const auto created = stores->customers().Create(kContext, Mutation(), made);
  REQUIRE(created.ok());
  CHECK(*created == made);
  CHECK(*stores->customers().Get(kContext, "42") == made);
  Customer bare;
  bare.id = "bare";
  bare.create_time = bare.update_time = kNow;
  bare.revision = 1;
  REQUIRE(stores->customers().Create(kContext, Mutation(), bare).ok());
  CHECK(*stores->customers().Get(kContext, "bare") == bare);
  CHECK(absl::IsNotFound(stores->customers().Get(kContext, "43").status()));
}

TEST_CASE("an id is given once, also after the customer is deleted") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"42"});
  CHECK(absl::IsAlreadyExists(stores->customers().CheckFree(kContext, "42")));
  CHECK(absl::IsAlreadyExists(
      stores->customers().Create(kContext, Mutation(), MakeCustomer("42")).status()));
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "42", "").ok());
  CHECK(absl::IsNotFound(stores->customers().Get(kContext, "42").status()));
  CHECK(absl::IsNotFound(stores->customers().Delete(kContext, Mutation(), "42", "")));
  CHECK(absl::IsAlreadyExists(stores->customers().CheckFree(kContext, "42")));
  CHECK(absl::IsAlreadyExists(
      stores->customers().Create(kContext, Mutation(), MakeCustomer("42")).status()));
  CHECK(stores->customers().CheckFree(kContext, "43").ok());
}

TEST_CASE("a batch of customers counts what it made and what was there") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"b", "gone"});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "gone", "").ok());
  Customer other = MakeCustomer("b");
  other.display_name = "Somebody else";
  const auto outcome = stores->customers().CreateMany(
      kContext, Mutation(),
      {MakeCustomer("c"), other, MakeCustomer("a"), MakeCustomer("c"), MakeCustomer("gone")});
  REQUIRE(outcome.ok());
  CHECK(outcome->created == 2);
  CHECK(outcome->existing == 3);
  CHECK(stores->customers().Get(kContext, "b")->display_name == "Ada 王");
  CHECK(ReadAll(*stores) ==
        std::vector<std::string>{"created b", "deleted gone", "created c", "created a"});
}

TEST_CASE("customers are listed by id, by byte, after the one before") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"b", "B", "a-1", "a.1", "a1", "gone"});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "gone", "").ok());
  const auto ids = [&](const std::string& after, int limit) {
    std::vector<std::string> ids;
    const auto page = stores->customers().List(kContext, after, limit);
    REQUIRE(page.ok());
    for (const Customer& customer : *page) {
      ids.push_back(customer.id);
    }
    return ids;
  };
  CHECK(ids("", 10) == std::vector<std::string>{"B", "a-1", "a.1", "a1", "b"});
  CHECK(ids("a.1", 1) == std::vector<std::string>{"a1"});
  CHECK(ids("b", 10).empty());
}

TEST_CASE("an update stores what the change makes, and nothing when it fails") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"42"});
  const auto updated =
      stores->customers().Update(kContext, Mutation(), "42", [](Customer customer) {
        customer.email = "new@example.com";
        customer.attributes.clear();
        customer.revision = 2;
        customer.update_time = kNow + absl::Seconds(1);
        return absl::StatusOr<Customer>(customer);
      });
  REQUIRE(updated.ok());
  CHECK(updated->email == "new@example.com");
  CHECK(*stores->customers().Get(kContext, "42") == *updated);
  CHECK(absl::IsAborted(
      stores->customers()
          .Update(kContext, Mutation(), "42",
                  [](Customer) -> absl::StatusOr<Customer> { return EtagMismatch("customers/42"); })
          .status()));
  CHECK(*stores->customers().Get(kContext, "42") == *updated);
  CHECK(absl::IsNotFound(stores->customers()
                             .Update(kContext, Mutation(), "43",
                                     [](Customer c) { return absl::StatusOr<Customer>(c); })
                             .status()));
}

TEST_CASE("the same request_id and body give the first result, another body is refused") {
  const auto stores = MakeStoresUnderTest();
  const MutationId first = Mutation("request-1", "hash of a");
  REQUIRE(stores->customers().Create(kContext, first, MakeCustomer("42")).ok());
  const auto again = stores->customers().Create(kContext, first, MakeCustomer("42"));
  REQUIRE(again.ok());
  CHECK(*again == MakeCustomer("42"));
  const auto reused =
      stores->customers().Create(kContext, Mutation("request-1", "hash of b"), MakeCustomer("43"));
  CHECK(absl::IsInvalidArgument(reused.status()));
  CHECK(GetReason(reused.status()) == "REQUEST_ID_REUSED");
  CHECK(absl::IsNotFound(stores->customers().Get(kContext, "43").status()));

  const MutationId events = Mutation("request-2");
  const EventBatch batch = MakeBatch({MakeEvent("42", "e1"), MakeEvent("nobody", "e1")}, true);
  const auto stored = stores->events().Insert(kContext, events, batch);
  const auto replayed = stores->events().Insert(kContext, events, batch);
  REQUIRE(stored.ok());
  REQUIRE(replayed.ok());
  CHECK(replayed->created == 1);
  CHECK(replayed->duplicates == 0);
  REQUIRE(replayed->errors.size() == 1);
  CHECK(replayed->errors[0].index == 1);
  CHECK(replayed->errors[0].status == stored->errors[0].status);

  const MutationId erase = Mutation("request-3");
  CHECK(stores->customers().Delete(kContext, erase, "42", "").ok());
  CHECK(stores->customers().Delete(kContext, erase, "42", "").ok());
}

TEST_CASE("a delete with a stale etag changes nothing") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"42"});
  const absl::Status stale = stores->customers().Delete(kContext, Mutation(), "42", "7");
  CHECK(absl::IsAborted(stale));
  CHECK(GetReason(stale) == "ETAG_MISMATCH");
  CHECK(stores->customers().Get(kContext, "42").ok());
  CHECK(stores->customers().Delete(kContext, Mutation(), "42", "1").ok());
}

TEST_CASE("an event counts once, within a batch and across batches") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Event changed = MakeEvent("a", "1");
  changed.category = "changed";
  const EventBatchOutcome first =
      Insert(*stores, {MakeEvent("b", "1"), MakeEvent("a", "1"), changed, MakeEvent("a", "2")});
  CHECK(first.created == 3);
  CHECK(first.duplicates == 1);
  const EventBatchOutcome second = Insert(*stores, {MakeEvent("a", "3"), changed});
  CHECK(second.created == 1);
  CHECK(second.duplicates == 1);
  const auto page = stores->events().List(kContext, "a", std::nullopt, 10);
  REQUIRE(page.ok());
  for (const Event& event : *page) {
    CHECK(event.category.empty());
  }
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created a", "created b", "event b1",
                                                     "event a1", "event a2", "event a3"});
}

TEST_CASE("an event is read back as it was stored") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"42"});
  Event event = MakeEvent("42", "e/1#'\"{},\\", EventType::kPurchase);
  event.event_time = kNow - absl::Microseconds(1);
  event.item_id = "85123A";
  event.category = "家居 \"home\", {x}";
  event.quantity = 6.5;
  event.amount_micros = 9'007'199'254'740'993;
  event.currency_code = "GBP";
  event.text = "我想退货\n'quoted' \\ text";
  event.channel = "web";
  event.device = "ios";
  event.rating = 4.5;
  event.source = "file.csv";
  Insert(*stores, {event, MakeEvent("42", "2")});
  const auto events = stores->events().List(kContext, "42", std::nullopt, 10);
  REQUIRE(events.ok());
  REQUIRE(events->size() == 2);
  CHECK(events->at(0) == event);
  const auto page = stores->changes().Read(kContext, 1, {.changes = 1, .include_text = true});
  REQUIRE(page.ok());
  CHECK(page->changes.at(0).event == event);
  event.text.clear();
  CHECK(stores->changes().Read(kContext, 1, {.changes = 1})->changes.at(0).event == event);
}

TEST_CASE("events of unknown customers refuse the batch, or are reported and skipped") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  const std::vector<Event> events = {MakeEvent("zoe", "1"), MakeEvent("a", "1"),
                                     MakeEvent("bob", "1"), MakeEvent("zoe", "2")};
  const auto refused = stores->events().Insert(kContext, Mutation(), MakeBatch(events));
  CHECK(absl::IsInvalidArgument(refused.status()));
  CHECK(GetReason(refused.status()) == "UNKNOWN_CUSTOMER");
  REQUIRE(GetFieldViolations(refused.status()).size() == 3);
  CHECK(GetFieldViolations(refused.status())[0].field == "events[0].customer");
  CHECK(stores->events().List(kContext, "a", std::nullopt, 10)->empty());

  const EventBatchOutcome outcome = Insert(*stores, events, true);
  CHECK(outcome.created == 1);
  CHECK(outcome.rejected == 3);
  REQUIRE(outcome.errors.size() == 3);
  CHECK(outcome.errors[0].index == 0);
  CHECK(outcome.errors[1].index == 2);
  CHECK(outcome.errors[2].index == 3);
}

TEST_CASE("events are listed newest first, from a position on") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  std::vector<Event> events;
  for (const char* id : {"2", "1", "old", "new"}) events.push_back(MakeEvent("a", id));
  events[2].event_time = kNow - absl::Hours(9);
  events[3].event_time = kNow;
  Insert(*stores, events);
  const auto ids = [&](const std::optional<EventPosition>& after, int limit) {
    std::string ids;
    const auto page = stores->events().List(kContext, "a", after, limit);
    REQUIRE(page.ok());
    for (const Event& event : *page) {
      absl::StrAppend(&ids, event.event_id, " ");
    }
    return ids;
  };
  CHECK(ids(std::nullopt, 10) == "new 2 1 old ");
  CHECK(ids(EventPosition{events[0].event_time, "2"}, 10) == "1 old ");
  CHECK(ids(EventPosition{kNow, "new"}, 1) == "2 ");
  CHECK(absl::IsNotFound(stores->events().List(kContext, "b", std::nullopt, 1).status()));
}

TEST_CASE("a summary equals sums done by hand") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  const auto at = [](const char* text) {
    absl::Time time;
    REQUIRE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr));
    return time;
  };
  const absl::Time now = at("2023-11-14T12:00:00Z");
  Event lamp = MakeEvent("a", "1", EventType::kPurchase);
  lamp.event_time = at("2023-08-16T12:00:00Z");  // 90 days ago, a Wednesday
  lamp.item_id = "lamp";
  lamp.category = "light";
  lamp.amount_micros = 20'000'000;
  lamp.currency_code = "GBP";
  lamp.channel = "web";
  Event bulb = lamp;
  bulb.event_id = "2";
  bulb.item_id = "bulb";
  bulb.amount_micros = 1'500'000;
  bulb.event_time = at("2023-08-16T23:59:59Z");  // the same day, at night
  Event euro = MakeEvent("a", "3", EventType::kPurchase);
  euro.event_time = at("2023-11-11T05:00:00Z");  // a Saturday, at night
  euro.amount_micros = 7'000'000;
  euro.currency_code = "EUR";
  euro.device = "ios";
  Event back = lamp;
  back.event_id = "4";
  back.type = EventType::kReturn;
  back.event_time = now;
  Event view = MakeEvent("a", "5", EventType::kView);
  view.event_time = now;
  view.item_id = "sofa";
  view.category = "sofas";
  view.channel = "app";
  Event rating = MakeEvent("a", "6", EventType::kRating);
  rating.event_time = now;
  rating.item_id = "lamp";
  rating.rating = 4.5;
  Event dismissal = MakeEvent("a", "7", EventType::kDismiss);  // counts for nothing
  dismissal.event_time = at("2023-08-20T05:00:00Z");
  dismissal.item_id = "hat";
  dismissal.category = "hats";
  Insert(*stores, {lamp, bulb, euro, back, view, rating, dismissal, MakeEvent("b", "1")});

  const auto summary = stores->behavior().Summarize(kContext, "a", now, {});
  REQUIRE(summary.ok());
  CHECK(summary->event_count() == 6);
  CHECK(summary->count(EventType::kPurchase) == 3);
  CHECK(summary->count(EventType::kReturn) == 1);
  CHECK(summary->first_event_time == lamp.event_time);
  CHECK(summary->last_event_time == now);
  CHECK(summary->last_purchase_time == euro.event_time);
  CHECK(summary->active_days == 3);
  CHECK(summary->purchase_days == 2);
  CHECK(summary->weekend_events == 1);
  CHECK(summary->night_events == 2);
  CHECK(summary->distinct_items == 3);
  CHECK(summary->distinct_categories == 2);
  CHECK(summary->rating_sum == 4.5);
  CHECK(summary->rating_count == 1);
  CHECK(summary->currencies == std::vector<CurrencySums>{{"EUR", 7'000'000, 0, 1, 0},
                                                         {"GBP", 21'500'000, 20'000'000, 2, 1}});
  CHECK(summary->channels == std::vector<KeyCount>{{"app", 1}, {"web", 3}});
  CHECK(summary->devices == std::vector<KeyCount>{{"ios", 1}});
  REQUIRE(summary->category_affinity.size() == 2);
  // 5/2 for the lamp, a little more for the bulb 12 h later, less 5 for the return.
  CHECK(summary->category_affinity[0].key == "light");
  CHECK_THAT(summary->category_affinity[0].weight,
             Catch::Matchers::WithinRel(2.5 + 5 * 0.50192908 - 5, 1e-3));
  CHECK(summary->category_affinity[1].key == "sofas");
  CHECK_THAT(summary->category_affinity[1].weight, Catch::Matchers::WithinRel(1.0, 1e-12));
}

TEST_CASE("a summary without events is empty, and very old events do not overflow") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  CHECK(stores->behavior().Summarize(kContext, "a", kNow, {})->event_count() == 0);
  Event old = MakeEvent("a", "1", EventType::kPurchase);
  old.event_time = absl::FromUnixSeconds(1);
  old.category = "c";
  old.amount_micros = INT64_MAX;
  old.currency_code = "GBP";
  Insert(*stores, {old});
  AffinityModel quick;
  quick.half_life = absl::Minutes(1);
  const auto summary = stores->behavior().Summarize(kContext, "a", kNow, quick);
  REQUIRE(summary.ok());
  CHECK(summary->category_affinity[0].weight < 1e-300);
  CHECK(summary->currencies[0].purchase_amount_micros == INT64_MAX);
}

Event TextEvent(const std::string& customer, const std::string& id, const std::string& text,
                int hours_ago = 0, EventType type = EventType::kMessage) {
  Event event = MakeEvent(customer, id, type);
  event.event_time = kNow - absl::Hours(hours_ago);
  event.text = text;
  return event;
}

KnownTexts TextsOf(StoresUnderTest& stores, const std::string& customer, const SignalQuery& query) {
  const auto behavior = stores.behavior().Read(kContext, customer, kNow, {}, query);
  REQUIRE(behavior.ok());
  return behavior->texts;
}

std::vector<std::string> TakeTexts(StoresUnderTest& stores, int limit, absl::Time now = kNow) {
  const auto texts = stores.text_vectors().Take(kContext, limit, now, absl::Minutes(1));
  REQUIRE(texts.ok());
  std::vector<std::string> ids;
  for (const PendingText& text : *texts) {
    ids.push_back(absl::StrCat(text.customer_id, text.event_id, " ", text.text));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

void PutVector(StoresUnderTest& stores, const std::string& model, const std::string& customer,
               const std::string& event_id, std::vector<float> vector, absl::Time now = kNow) {
  REQUIRE(stores.text_vectors()
              .Put(kContext, model, {{{customer, event_id, std::move(vector)}}}, now)
              .ok());
}

TEST_CASE("the latest texts are those of messages, posts and searches, newest first") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  Insert(*stores,
         {TextEvent("a", "0", "message", 0), TextEvent("a", "1", "post", 1, EventType::kSocial),
          TextEvent("a", "2", "search", 2, EventType::kSearch),
          TextEvent("a", "3", "view", 3, EventType::kView), TextEvent("a", "4", "", 4)});
  CHECK(TextsOf(*stores, "a", {"m/1", 10}).pending == 3);
  CHECK(TextsOf(*stores, "a", {"m/1", 2}).pending == 2);
  CHECK(TextsOf(*stores, "a", {"m/1", 0}).pending == 0);
  PutVector(*stores, "m/1", "a", "2", {3, 4});
  PutVector(*stores, "m/1", "a", "0", {1, 2});
  const KnownTexts texts = TextsOf(*stores, "a", {"m/1", 10});
  CHECK(texts.pending == 1);
  CHECK(texts.vectors == std::vector<std::vector<float>>{{1, 2}, {3, 4}});
  // Vectors of one model say nothing of another's.
  CHECK(TextsOf(*stores, "a", {"m/2", 10}).pending == 3);
  CHECK(TextsOf(*stores, "a", {"m/2", 10}).vectors.empty());
}

TEST_CASE("texts wait from their insert until they have a vector, leased by one worker at a time") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  CHECK(TakeTexts(*stores, 10).empty());
  Insert(*stores, {TextEvent("b", "1", "x"), MakeEvent("a", "1"), TextEvent("a", "2", "y"),
                   TextEvent("a", "3", "z")});
  Insert(*stores, {TextEvent("a", "2", "y")});  // a duplicate
  CHECK(TakeTexts(*stores, 2) == std::vector<std::string>{"a2 y", "a3 z"});
  CHECK(TakeTexts(*stores, 2) == std::vector<std::string>{"b1 x"});
  CHECK(TakeTexts(*stores, 2).empty());
  PutVector(*stores, "m/1", "a", "3", {1});
  CHECK(TakeTexts(*stores, 10, kNow + absl::Minutes(2)) ==
        std::vector<std::string>{"a2 y", "b1 x"});
}

TEST_CASE("a scan finds the texts that lack a model's vectors, once a day, page by page") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {TextEvent("b", "1", "x"), TextEvent("a", "1", "y"), TextEvent("a", "2", "z"),
                   MakeEvent("a", "3")});
  for (const char* id : {"1", "2"}) PutVector(*stores, "m/1", "a", id, {1});
  PutVector(*stores, "m/1", "b", "1", {1});
  PutVector(*stores, "m/2", "a", "2", {1});
  REQUIRE(TakeTexts(*stores, 10).empty());

  const auto scan = [&](absl::Time now) {
    int pages = 0;
    while (true) {
      const auto more = stores->text_vectors().ScanTexts(kContext, "m/2", {.limit = 2, .now = now});
      REQUIRE(more.ok());
      if (!*more) return pages;
      ++pages;
      REQUIRE(pages < 10);
    }
  };
  CHECK(scan(kNow) == 2);
  CHECK(TakeTexts(*stores, 10) == std::vector<std::string>{"a1 y", "b1 x"});
  CHECK(scan(kNow + absl::Hours(23)) == 0);
  CHECK(TextsOf(*stores, "a", {"m/1", 10}).vectors.size() == 2);
  // The next day what the old model made is dropped.
  CHECK(scan(kNow + absl::Hours(25)) == 2);
  CHECK(TextsOf(*stores, "a", {"m/1", 10}).vectors.empty());
  CHECK(TextsOf(*stores, "a", {"m/2", 10}).vectors.size() == 1);
}

TEST_CASE("no vector is kept of a customer who was deleted while it was made") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {TextEvent("a", "1", "x"), TextEvent("b", "1", "y")});
  REQUIRE(TakeTexts(*stores, 10).size() == 2);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  REQUIRE(
      stores->text_vectors().Put(kContext, "m/1", {{{"a", "1", {1}}, {"b", "1", {2}}}}, kNow).ok());
  CHECK(TextsOf(*stores, "b", {"m/1", 1}).vectors == std::vector<std::vector<float>>{{2}});
  CHECK(TakeTexts(*stores, 10, kNow + absl::Hours(1)).empty());
}

TEST_CASE("an overview has the customer, their behavior and their newest events") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {TextEvent("a", "1", "old", 3), TextEvent("a", "2", "new", 1),
                   TextEvent("a", "3", "newer", 0), TextEvent("b", "1", "other")});
  const auto parts = stores->overviews().ReadOverview(kContext, "a", kNow, {}, {"m/1", 10}, 2);
  REQUIRE(parts.ok());
  CHECK(parts->customer == MakeCustomer("a"));
  CHECK(parts->behavior.summary.count(EventType::kMessage) == 3);
  CHECK(parts->behavior.texts.pending == 3);
  REQUIRE(parts->events.size() == 2);
  CHECK(parts->events[0].text == "newer");
  CHECK(parts->events[1].text == "new");
  CHECK(absl::IsNotFound(
      stores->overviews().ReadOverview(kContext, "zoe", kNow, {}, {"m/1", 10}, 2).status()));
}

TEST_CASE("an event ahead of now counts in full until its time has come") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  std::vector<Event> events;
  for (const int hours : {-2000, -3, 5, 20}) {
    Event event = MakeEvent("a", absl::StrCat(hours), EventType::kPurchase);
    event.event_time = kNow + absl::Hours(hours);
    event.category = "light";
    events.push_back(event);
  }
  Insert(*stores, events);
  const AffinityModel affinity{.half_life = absl::Hours(100)};
  const auto weight = [&](absl::Time now) {
    const auto summary = stores->behavior().Summarize(kContext, "a", now, affinity);
    REQUIRE(summary.ok());
    return summary->category_affinity.at(0).weight;
  };
  const double old = 5 * std::exp2(-20);
  CHECK_THAT(weight(kNow), Catch::Matchers::WithinRel(old + 5 * std::exp2(-0.03) + 10, 1e-9));
  CHECK_THAT(weight(kNow + absl::Hours(10)),
             Catch::Matchers::WithinRel(
                 old * std::exp2(-0.1) + 5 * std::exp2(-0.13) + 5 * std::exp2(-0.05) + 5, 1e-9));
}

}  // namespace
}  // namespace clientele::profile::testing
