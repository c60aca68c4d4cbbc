// What every QuarantineStore does, together with the stores of events and customers.
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/events/event_validation.h"
#include "services/profile-service/core/quarantine/quarantine_store.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

constexpr QuarantineRange kAll{.after = 0, .events = 1000, .bytes = 1 << 20};

// A purchase without its currency.
SentEvent WrongEvent(const std::string& customer, const std::string& event_id) {
  SentEvent event = ToSentEvent(MakeEvent("0", event_id, EventType::kPurchase));
  event.customer = customer;
  event.amount_micros = 6'950'000;
  event.text = "two umbrellas 雨";
  return event;
}

absl::Status WhatIsWrong(const SentEvent& event) {
  FieldViolations bad;
  ValidateEvent(ToEvent(event), kNow, kQuarantinePath, bad);
  return bad.ToStatus();
}

absl::StatusOr<Event> JudgeNow(const SentEvent& sent) {
  const absl::Status wrong = WhatIsWrong(sent);
  if (!wrong.ok()) return wrong;
  return ToEvent(sent);
}

// Sends events that are wrong, and `valid` ones.
EventBatchOutcome Send(StoresUnderTest& stores, const std::vector<SentEvent>& wrong,
                       std::vector<Event> valid = {}, const QuarantineLimits& limits = {},
                       const MutationId& mutation = Mutation()) {
  EventBatch batch = MakeBatch(std::move(valid), /*skip_unknown_customers=*/true);
  batch.quarantine = limits;
  for (const SentEvent& event : wrong) {
    batch.outcome.Reject(static_cast<int64_t>(batch.events.size()), WhatIsWrong(event));
    batch.candidates.push_back({event, WhatIsWrong(event)});
  }
  const auto outcome = stores.events().Insert(kContext, mutation, batch);
  INFO(outcome.status().ToString());
  REQUIRE(outcome.ok());
  return *outcome;
}

std::vector<QuarantinedEvent> All(StoresUnderTest& stores, const QuarantineFilter& filter = {},
                                  const QuarantineRange& range = kAll) {
  const auto events = stores.quarantine().ListQuarantined(kContext, filter, range);
  INFO(events.status().ToString());
  REQUIRE(events.ok());
  return *events;
}

std::vector<std::string> EventIds(const std::vector<QuarantinedEvent>& events) {
  std::vector<std::string> ids;
  for (const QuarantinedEvent& event : events) ids.push_back(event.event.event_id);
  return ids;
}

std::vector<std::string> StoredIds(StoresUnderTest& stores, const std::string& customer_id) {
  const auto events = stores.events().List(kContext, customer_id, std::nullopt, 1000);
  REQUIRE(events.ok());
  std::vector<std::string> ids;
  for (const Event& event : *events) ids.push_back(event.event_id);
  return ids;
}

ReplayOutcome Replay(StoresUnderTest& stores, const QuarantineRange& range = kAll,
                     const std::optional<std::vector<std::int64_t>>& ids = std::nullopt) {
  const auto outcome = stores.quarantine().ReplayQuarantined(kContext, ids, range, JudgeNow);
  INFO(outcome.status().ToString());
  REQUIRE(outcome.ok());
  return *outcome;
}

absl::StatusOr<QuarantinedEvent> Mend(StoresUnderTest& stores, std::int64_t id,
                                      const std::string& currency,
                                      const MutationId& mutation = Mutation(),
                                      const QuarantineLimits& limits = {}) {
  return stores.quarantine().MendQuarantined(
      kContext, mutation, id, std::nullopt, limits,
      [&](QuarantinedEvent event,
          QuarantineStore::FindCustomer) -> absl::StatusOr<QuarantinedEvent> {
        event.event.currency_code = currency;
        event.status = WhatIsWrong(event.event);
        event.update_time = kNow + absl::Minutes(1);
        ++event.revision;
        return event;
      });
}

TEST_CASE("quarantine: a rejected event is kept as it was sent, with what is wrong with it") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  SentEvent wrong = WrongEvent("customer/1", "e1");
  wrong.event_time = SentEvent::Time{.seconds = 1, .nanos = -1};
  wrong.quantity = std::nan("");
  wrong.rating = -INFINITY;
  wrong.type = 77;
  const EventBatchOutcome outcome = Send(*stores, {wrong}, {MakeEvent("1", "good")});
  CHECK(outcome.created == 1);
  CHECK(outcome.rejected == 1);
  CHECK(outcome.quarantined == 1);

  const std::vector<QuarantinedEvent> kept = All(*stores);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].id > 0);
  CHECK(kept[0].create_time == stores->clock.Now());
  CHECK(kept[0].update_time == stores->clock.Now());
  CHECK(kept[0].revision == 1);
  SentEvent read = kept[0].event;
  CHECK(std::isnan(read.quantity));
  read.quantity = wrong.quantity = 0;
  CHECK(read == wrong);
  CHECK(GetReason(kept[0].status) == reason::kInvalidArgument);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetFieldViolations(kept[0].status)) {
    fields.push_back(violation.field);
  }
  CHECK(fields == std::vector<std::string>{"event.customer", "event.type", "event.event_time",
                                           "event.quantity", "event.currency_code",
                                           "event.rating"});
}

TEST_CASE("quarantine: a refused event sent again is the one that is there, also once mended") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  const SentEvent wrong = WrongEvent("customers/1", "e1");
  // Twice in one batch too.
  CHECK(Send(*stores, {wrong, wrong}).quarantined == 2);
  CHECK(Send(*stores, {wrong}).quarantined == 1);
  REQUIRE(All(*stores).size() == 1);
  REQUIRE(Mend(*stores, All(*stores)[0].id, "GBP").ok());
  CHECK(Send(*stores, {wrong}).quarantined == 1);
  REQUIRE(All(*stores).size() == 1);
  CHECK(All(*stores)[0].event.currency_code == "GBP");
  // With another content it is another one.
  SentEvent other = wrong;
  other.text = "three umbrellas";
  CHECK(Send(*stores, {other}).quarantined == 1);
  CHECK(All(*stores).size() == 2);
}

TEST_CASE("quarantine: a request sent again gets the same counts") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  const SentEvent wrong = WrongEvent("customers/1", "e1");
  CHECK(Send(*stores, {wrong}, {}, {}, Mutation("r1")).quarantined == 1);
  REQUIRE(stores->quarantine().DeleteQuarantined(kContext, Mutation(), All(*stores)[0].id).ok());
  CHECK(Send(*stores, {wrong}, {}, {}, Mutation("r1")).quarantined == 1);
  CHECK(All(*stores).empty());
}

TEST_CASE(
    "quarantine: events and bytes are bounded, and what does not fit is not counted as kept") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  std::vector<SentEvent> wrong;
  for (int i = 0; i < 5; ++i) wrong.push_back(WrongEvent("customers/1", absl::StrCat("e", i)));
  const EventBatchOutcome outcome = Send(*stores, wrong, {}, {.events = 3});
  CHECK(outcome.rejected == 5);
  CHECK(outcome.quarantined == 3);
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"e0", "e1", "e2"});
  // Room is free again once something goes; what is there already needs none.
  REQUIRE(stores->quarantine().DeleteQuarantined(kContext, Mutation(), All(*stores)[0].id).ok());
  CHECK(Send(*stores, wrong, {}, {.events = 3}).quarantined == 3);
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"e1", "e2", "e0"});

  SentEvent long_one = WrongEvent("customers/1", "long");
  long_one.text = std::string(5000, 'x');
  CHECK(Send(*stores, {long_one}, {}, {.bytes = 5000}).quarantined == 0);
  CHECK(Send(*stores, {long_one}, {}, {.bytes = 10'000}).quarantined == 1);
  CHECK(Send(*stores, {WrongEvent("customers/1", "f")}, {}, {.events = 0}).quarantined == 0);
  long_one.text = std::string(kMaxQuarantinedBytes + 1, 'x');
  CHECK(Send(*stores, {long_one}).quarantined == 0);
}

TEST_CASE("quarantine: events of unknown customers are kept, and replayed once they are there") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  const EventBatchOutcome outcome = Send(*stores, {}, {MakeEvent("2", "a"), MakeEvent("1", "b")});
  CHECK(outcome.created == 1);
  CHECK(outcome.rejected == 1);
  CHECK(outcome.quarantined == 1);
  REQUIRE(All(*stores).size() == 1);
  CHECK(All(*stores)[0].event == ToSentEvent(MakeEvent("2", "a")));
  CHECK(GetReason(All(*stores)[0].status) == "UNKNOWN_CUSTOMER");

  ReplayOutcome replay = Replay(*stores);
  CHECK(replay.created == 0);
  CHECK(replay.rejected == 1);
  CHECK(GetReason(All(*stores)[0].status) == "UNKNOWN_CUSTOMER");
  CreateCustomers(*stores, {"2"});
  replay = Replay(*stores);
  CHECK(replay.created == 1);
  CHECK(All(*stores).empty());
  CHECK(StoredIds(*stores, "2") == std::vector<std::string>{"a"});
}

TEST_CASE("quarantine: events of deleted customers are never kept") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "2"});
  CHECK(Send(*stores,
             {WrongEvent("customers/1", "e1"), WrongEvent("1", "e2"),
              WrongEvent("Customers/1 ", "e3"), WrongEvent("customers/2", "e4")},
             {})
            .quarantined == 4);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "1", "").ok());
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"e4"});
  const EventBatchOutcome late = Send(
      *stores, {WrongEvent("customers/1", "e1"), WrongEvent(" 1", "e2")}, {MakeEvent("1", "late")});
  CHECK(late.rejected == 3);
  CHECK(late.quarantined == 0);
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"e4"});
}

TEST_CASE("quarantine: what was merged into a deleted customer goes with them") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "2"});
  REQUIRE(stores->merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "1", .customer_ids = {"2"}}, {})
              .ok());
  Send(*stores, {WrongEvent("customers/2", "e1")});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "1", "").ok());
  CHECK(All(*stores).empty());
}

TEST_CASE("quarantine: pages are of a customer or a field, oldest first, and end by bytes") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  SentEvent rated = WrongEvent("customers/2", "e2");
  rated.rating = 9;
  Send(*stores, {WrongEvent("customers/1", "e1"), rated, WrongEvent("2", "e3")});
  const std::vector<QuarantinedEvent> all = All(*stores);
  CHECK(EventIds(all) == std::vector<std::string>{"e1", "e2", "e3"});
  CHECK(EventIds(All(*stores, {.customer_id = "2"})) == std::vector<std::string>{"e2", "e3"});
  CHECK(EventIds(All(*stores, {.field = "event.rating"})) == std::vector<std::string>{"e2"});
  CHECK(EventIds(All(*stores, {.customer_id = "1", .field = "event.rating"})).empty());
  CHECK(EventIds(All(*stores, {}, {.after = all[0].id, .events = 1, .bytes = 1 << 20})) ==
        std::vector<std::string>{"e2"});
  CHECK(EventIds(All(*stores, {}, {.after = 0, .events = 9, .bytes = 0})) ==
        std::vector<std::string>{"e1"});
}

TEST_CASE("quarantine: a mended event waits until it is replayed, which takes it out") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Send(*stores, {WrongEvent("customers/1", "e1"), WrongEvent("customers/1", "e2")});
  const std::int64_t id = All(*stores)[0].id;
  const auto mended = Mend(*stores, id, "GBP");
  REQUIRE(mended.ok());
  CHECK(mended->status.ok());
  CHECK(mended->revision == 2);
  CHECK(mended->update_time == kNow + absl::Minutes(1));
  CHECK(mended->create_time == kNow);
  const QuarantinedEvent read = All(*stores)[0];
  CHECK(read.event == mended->event);
  CHECK(read.status.ok());
  CHECK(All(*stores, {.field = "event.currency_code"}).size() == 1);
  CHECK(StoredIds(*stores, "1").empty());

  stores->clock.Advance(absl::Minutes(5));
  const ReplayOutcome replay = Replay(*stores);
  CHECK(replay.created == 1);
  CHECK(replay.rejected == 1);
  CHECK(replay.change > 0);
  CHECK_FALSE(replay.more);
  CHECK(StoredIds(*stores, "1") == std::vector<std::string>{"e1"});
  CHECK(ReadAll(*stores).back() == "event 1e1");
  // The other one was tried.
  REQUIRE(EventIds(All(*stores)) == std::vector<std::string>{"e2"});
  CHECK(All(*stores)[0].update_time == stores->clock.Now());
  CHECK(All(*stores)[0].revision == 2);
}

TEST_CASE("quarantine: a mend that is sent again changes nothing and gets the same answer") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Send(*stores, {WrongEvent("customers/1", "e1")});
  const std::int64_t id = All(*stores)[0].id;
  REQUIRE(Mend(*stores, id, "GBP", Mutation("m1")).ok());
  REQUIRE(Mend(*stores, id, "EUR", Mutation("m2")).ok());
  const auto again = Mend(*stores, id, "GBP", Mutation("m1"));
  REQUIRE(again.ok());
  CHECK(again->event.currency_code == "GBP");
  CHECK(again->revision == 2);
  CHECK(All(*stores)[0].event.currency_code == "EUR");
  CHECK(GetReason(Mend(*stores, id, "GBP", Mutation("m1", "other body")).status()) ==
        reason::kRequestIdReused);
  CHECK(absl::IsNotFound(Mend(*stores, id + 1, "GBP").status()));
  // The remembered answer goes with the customer.
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "1", "").ok());
  CHECK(absl::IsNotFound(Mend(*stores, id, "GBP", Mutation("m1")).status()));
}

TEST_CASE("quarantine: a mend may not grow beyond the limits") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Send(*stores, {WrongEvent("customers/1", "e1")});
  const auto full =
      Mend(*stores, All(*stores)[0].id, std::string(2000, 'x'), Mutation(), {.bytes = 1000});
  CHECK(absl::IsFailedPrecondition(full.status()));
  CHECK(GetReason(full.status()) == kQuarantineFull);
  CHECK(All(*stores)[0].event.currency_code.empty());
}

TEST_CASE("quarantine: who mends is told whether the customer is known, unknown or deleted") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "gone"});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "gone", "").ok());
  Send(*stores, {WrongEvent("customers/1", "e1")});
  std::vector<CustomerState> states;
  const auto refused = stores->quarantine().MendQuarantined(
      kContext, Mutation(), All(*stores)[0].id, std::nullopt, {},
      [&](QuarantinedEvent,
          QuarantineStore::FindCustomer find) -> absl::StatusOr<QuarantinedEvent> {
        for (const char* id : {"1", "2", "gone"}) states.push_back(*find(id));
        return absl::AbortedError("no");
      });
  CHECK(absl::IsAborted(refused.status()));
  CHECK(states == std::vector<CustomerState>{CustomerState::kKnown, CustomerState::kUnknown,
                                             CustomerState::kDeleted});
}

TEST_CASE("quarantine: an event given to another customer goes with that one") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1", "2"});
  Send(*stores, {WrongEvent("customers/1", "e1")});
  const auto moved = stores->quarantine().MendQuarantined(
      kContext, Mutation("m1"), All(*stores)[0].id, "2", {},
      [&](QuarantinedEvent event,
          QuarantineStore::FindCustomer) -> absl::StatusOr<QuarantinedEvent> {
        event.event.customer = "customers/2";
        return event;
      });
  REQUIRE(moved.ok());
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "1", "").ok());
  CHECK(All(*stores, {.customer_id = "2"}).size() == 1);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "2", "").ok());
  CHECK(All(*stores).empty());
}

TEST_CASE("quarantine: a replay counts what is stored already, and passes over what is not there") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Insert(*stores, {MakeEvent("1", "e1")});
  Send(*stores, {WrongEvent("customers/1", "e1"), WrongEvent("customers/1", "e2"),
                 WrongEvent("customers/1", "e3")});
  const std::vector<QuarantinedEvent> all = All(*stores);
  for (const QuarantinedEvent& event : all) REQUIRE(Mend(*stores, event.id, "GBP").ok());
  const std::vector<std::int64_t> two = {all[0].id, all[1].id, all[2].id + 100};
  const ReplayOutcome replay = Replay(*stores, kAll, two);
  CHECK(replay.duplicates == 1);
  CHECK(replay.created == 1);
  CHECK(replay.rejected == 0);
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"e3"});
  // Tried again, they are nobody's.
  const ReplayOutcome again = Replay(*stores, kAll, two);
  CHECK(again.created + again.duplicates + again.rejected == 0);
  CHECK(StoredIds(*stores, "1").size() == 2);
}

TEST_CASE("quarantine: a replay goes on where its range ended, by events and by bytes") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  std::vector<SentEvent> wrong;
  for (int i = 0; i < 5; ++i) wrong.push_back(WrongEvent("customers/1", absl::StrCat("e", i)));
  Send(*stores, wrong);
  const std::vector<QuarantinedEvent> all = All(*stores);
  for (const QuarantinedEvent& event : all) {
    if (event.event.event_id != "e0") REQUIRE(Mend(*stores, event.id, "GBP").ok());
  }
  ReplayOutcome part = Replay(*stores, {.after = 0, .events = 2, .bytes = 1 << 20});
  CHECK(part.more);
  CHECK(part.last_id == all[1].id);
  CHECK(part.created == 1);
  CHECK(part.rejected == 1);
  part = Replay(*stores, {.after = part.last_id, .events = 9, .bytes = 0});
  CHECK(part.more);
  CHECK(part.last_id == all[2].id);
  part = Replay(*stores, {.after = part.last_id, .events = 2, .bytes = 1 << 20});
  CHECK_FALSE(part.more);
  CHECK(part.created == 2);
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"e0"});
}

TEST_CASE("quarantine: what is dropped is gone, once") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  Send(*stores, {WrongEvent("customers/1", "e1")});
  const std::int64_t id = All(*stores)[0].id;
  CHECK(stores->quarantine().DeleteQuarantined(kContext, Mutation("d1"), id).ok());
  CHECK(stores->quarantine().DeleteQuarantined(kContext, Mutation("d1"), id).ok());
  CHECK(absl::IsNotFound(stores->quarantine().DeleteQuarantined(kContext, Mutation(), id)));
  CHECK(All(*stores).empty());
}

TEST_CASE("quarantine: what was refused too long ago is dropped, some at a time") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"1"});
  std::vector<SentEvent> wrong;
  for (int i = 0; i < 3; ++i) wrong.push_back(WrongEvent("customers/1", absl::StrCat("e", i)));
  Send(*stores, wrong);
  stores->clock.Advance(absl::Hours(1));
  Send(*stores, {WrongEvent("customers/1", "young")});
  const absl::Time before = stores->clock.Now();
  CHECK(*stores->quarantine().DropQuarantined(kContext, before, 2) == 2);
  CHECK(*stores->quarantine().DropQuarantined(kContext, before, 2) == 1);
  CHECK(*stores->quarantine().DropQuarantined(kContext, before, 2) == 0);
  CHECK(EventIds(All(*stores)) == std::vector<std::string>{"young"});
}

}  // namespace
}  // namespace clientele::profile::testing
