// Filling segments over PostgreSQL, beside everything else that goes on.
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/segments/rule_book.h"
#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segment_worker.h"
#include "services/profile-service/core/segments/segments.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/integration/profile/pg_stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using postgres::Statement;

constexpr int kPersons = 120;

const std::map<std::string, std::string>& RulesToFill() {
  static const std::map<std::string, std::string> rules = {
      {"garden", "purchases(90d, category = \"garden\") >= 2"},
      {"recent", "purchases(20d) >= 1 or affinity(\"books\") > 0.8"},
      {"sleepers", "purchases(30d) = 0 and purchases >= 1"},
      {"app", "views(channel = \"app\") >= 1 and not recency_days > 40"},
      {"money", "spent(365d, currency = \"GBP\") > 3 and region in [\"GB\"]"},
      {"gold", "attribute(\"segment\") = \"gold\" and return_rate = 0"},
      {"days", "active_days >= 3 and distinct_items >= 2"},
      {"mobile", "device_share(\"ios\") > 0.4"},
      {"all", "true"},
      {"none", "region = \"FR\""}};
  return rules;
}

std::string PersonId(int i) { return absl::StrCat("p", i * 7919 % kPersons); }

Event EventOfPerson(std::mt19937& random, const std::string& customer, int number) {
  const auto pick = [&](int count) { return static_cast<int>(random() % count); };
  constexpr EventType kTypes[] = {EventType::kView, EventType::kPurchase, EventType::kReturn,
                                  EventType::kCart, EventType::kDismiss};
  Event event = MakeEvent(customer, absl::StrCat("e", number), kTypes[pick(5)]);
  event.event_time = kNow - absl::Hours(pick(24 * 100));
  event.category = pick(2) == 0 ? "garden" : "books";
  event.item_id = absl::StrCat("i", pick(6));
  event.channel = pick(3) == 0 ? "app" : "web";
  event.device = pick(3) == 0 ? "ios" : "desktop";
  if (event.type == EventType::kPurchase || event.type == EventType::kReturn) {
    event.amount_micros = 1'000'000 * (1 + pick(3));
    event.currency_code = "GBP";
  }
  return event;
}

void MakePersons(PgStoresUnderTest& stores, std::mt19937& random) {
  std::vector<std::string> ids;
  for (int i = 0; i < kPersons; ++i) ids.push_back(PersonId(i));
  CreateCustomers(stores, ids);
  std::vector<Event> events;
  for (const std::string& id : ids) {
    for (unsigned n = random() % 7; n > 0; --n) {
      events.push_back(EventOfPerson(random, id, static_cast<int>(n)));
    }
  }
  Insert(stores, events);
  for (int i = 0; i < 20; i += 2) {
    REQUIRE(stores.merges()
                .MergeCustomers(kContext, Mutation(),
                                {.survivor_id = absl::StrCat("p", i),
                                 .customer_ids = {absl::StrCat("p", i + 1)}},
                                {})
                .ok());
  }
}

// Who belongs by evaluating each customer alone, with everything there is to know of them.
std::set<std::string> BelongingTo(PgStoresUnderTest& stores, const std::string& rule) {
  RuleReads everything;
  everything.behavior = BehaviorParts::All();
  everything.attributes = true;
  everything.events_since = absl::InfinitePast();
  everything.types.reset();
  everything.categories.reset();
  const auto parsed = SegmentRule::Parse(rule);
  REQUIRE(parsed.ok());
  std::set<std::string> belonging;
  for (int i = 0; i < kPersons; ++i) {
    auto records = stores.memberships().ReadRecords(
        kContext, {PersonId(i)}, {.reads = everything, .now = kNow, .affinity = {}});
    REQUIRE(records.ok());
    if (records->empty() || !MayBelong(records->front(), {})) continue;
    if (parsed->Evaluate(FactsOf(std::move(records->front()), {}, kNow)).belongs) {
      belonging.insert(PersonId(i));
    }
  }
  return belonging;
}

std::set<std::string> MembersNow(PgStoresUnderTest& stores, const std::string& segment) {
  const auto members = stores.segments().ListMembers(kContext, segment, "", 10'000);
  REQUIRE(members.ok());
  std::set<std::string> ids;
  for (const SegmentMember& member : *members) ids.insert(member.customer_id);
  return ids;
}

constexpr Statement kFillsLeft{"test.count_fills", "SELECT count(*) FROM profile.segment_fills"};
constexpr Statement kForgetKeys{
    "test.forget_keys",
    "WITH gone AS (DELETE FROM profile.behavior_keys WHERE customer_id IN ('p30', 'p40', 'p50')) "
    "UPDATE profile.behavior SET affinity_half_life = 0, purchases = 0, last_event_time = NULL "
    "WHERE customer_id IN ('p30', 'p40', 'p50')"};
constexpr Statement kInsertPlainly{
    "test.insert_event",
    "INSERT INTO profile.events (customer_id, event_id, type, event_time, item_id, category, "
    "quantity, amount_micros, currency_code, channel, device, rating, source) "
    "VALUES ($1, 'late', 4, $2, '', '', 0, 0, '', '', '', 0, '')"};

void FillAll(PgStoresUnderTest& stores) {
  SegmentFiller filler(&stores.memberships(), nullptr, &stores.clock, {});
  do {
    REQUIRE(filler.Run(kContext).ok());
  } while (stores.Count(kFillsLeft) > 0);
}

TEST_CASE("whom a rule holds for is found by what is stored of them, and nobody is left out") {
  PgStoresUnderTest stores;
  std::mt19937 random(7);
  MakePersons(stores, random);
  // Of some the sums are not complete.
  REQUIRE(stores.pool()
              .Transact(kContext,
                        [](postgres::Transaction& t) { return t.Execute(kForgetKeys).status(); })
              .ok());
  Segments segments(&stores.segments(), &stores.memberships(), nullptr, &stores.clock, {});
  for (const auto& [id, rule] : RulesToFill()) {
    INFO(rule);
    const auto sized = segments.Create(kContext, Mutation(), {.id = id, .rule = rule}, true);
    REQUIRE(sized.ok());
    REQUIRE(segments.Create(kContext, Mutation(), {.id = id, .rule = rule}, false).ok());
    FillAll(stores);
    const std::set<std::string> expected = BelongingTo(stores, rule);
    CHECK(MembersNow(stores, id) == expected);
    CHECK(sized->member_count == static_cast<std::int64_t>(expected.size()));
    CHECK(stores.segments().GetSegment(kContext, id)->member_count == sized->member_count);
  }
}

TEST_CASE("a fill waits for transactions that may not have seen that there are segments") {
  PgStoresUnderTest stores;
  CreateCustomers(stores, {"a"});
  REQUIRE(stores.pool()
              .Transact(kContext,
                        [&](postgres::Transaction& open) -> absl::Status {
                          const absl::Status inserted =
                              open.Execute(kInsertPlainly, {"a", kNow - absl::Hours(1)}).status();
                          REQUIRE(stores.segments()
                                      .CreateSegment(kContext, Mutation(),
                                                     {.id = "s", .rule = "purchases(1d) >= 1"}, 9)
                                      .ok());
                          SegmentFiller filler(&stores.memberships(), nullptr, &stores.clock, {});
                          REQUIRE(filler.Run(kContext).ok());
                          CHECK(stores.Count(kFillsLeft) == 1);
                          return inserted;
                        })
              .ok());
  FillAll(stores);
  CHECK(MembersNow(stores, "s") == std::set<std::string>{"a"});
}

TEST_CASE("several replicas, and events, merges and deletions meanwhile, end with what rules say") {
  PgStoresUnderTest stores(/*connections=*/8);
  std::mt19937 random(11);
  MakePersons(stores, random);
  std::atomic<bool> writing = true;
  std::atomic<int> failures = 0;
  const auto count_failure = [&](const absl::Status& status) {
    // Who was deleted cannot be merged, and a lock that was waited for too long is tried again.
    if (absl::IsInternal(status) || absl::IsDataLoss(status) || absl::IsUnavailable(status)) {
      ++failures;
    }
  };
  std::vector<std::thread> replicas;
  for (int i = 0; i < 2; ++i) {
    replicas.emplace_back([&] {
      SegmentFiller filler(&stores.memberships(), nullptr, &stores.clock,
                           {.lease = absl::ZeroDuration()});
      while (writing) count_failure(filler.Run(kContext));
    });
    replicas.emplace_back([&] {
      SegmentWorker worker(&stores.segments(), &stores.memberships(), nullptr, &stores.clock,
                           {.lease = absl::ZeroDuration()});
      while (writing) count_failure(worker.RunOnce(kContext).status());
    });
  }
  int number = 100;
  for (const auto& [id, rule] : RulesToFill()) {
    REQUIRE(
        stores.segments().CreateSegment(kContext, Mutation(), {.id = id, .rule = rule}, 99).ok());
    for (int i = 0; i < 6; ++i) {
      std::vector<Event> events;
      for (int k = 0; k < 5; ++k) {
        events.push_back(
            EventOfPerson(random, PersonId(static_cast<int>(random() % 40)), ++number));
      }
      const auto outcome = stores.events().Insert(kContext, Mutation(), MakeBatch(events, true));
      count_failure(outcome.status());
    }
    const std::string other = absl::StrCat("p", 60 + number % 20);
    count_failure(stores.merges()
                      .MergeCustomers(kContext, Mutation(),
                                      {.survivor_id = "p59", .customer_ids = {other}}, {})
                      .status());
    count_failure(stores.customers().Delete(kContext, Mutation(), PersonId(number % kPersons), ""));
  }
  writing = false;
  for (std::thread& replica : replicas) replica.join();
  CHECK(failures == 0);
  FillAll(stores);
  SegmentWorker worker(&stores.segments(), &stores.memberships(), nullptr, &stores.clock,
                       {.lease = absl::ZeroDuration()});
  REQUIRE(worker.Run(kContext).ok());
  for (const auto& [id, rule] : RulesToFill()) {
    INFO(rule);
    CHECK(MembersNow(stores, id) == BelongingTo(stores, rule));
  }
}

}  // namespace
}  // namespace clientele::profile::testing
