// What holds of the quarantine in PostgreSQL beyond the contract: personal data, the totals, and
// what comes at the same time.
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/profile-service/store/quarantine/quarantine_writer.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/integration/profile/pg_stores_under_test.h"
#include "tests/support/eventually.h"

namespace clientele::profile::testing {
namespace {

using postgres::Statement;

constexpr Statement kQuarantineMentions{
    "test.count_quarantine_mentions",
    "SELECT count(*) FROM profile.quarantined_events AS t WHERE t::text LIKE '%' || $1 || '%' "
    "OR t::text LIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%'"};
constexpr Statement kWrongTotals{
    "test.count_wrong_totals",
    "SELECT count(*) FROM profile.quarantine_totals, (SELECT count(*) AS events, "
    "coalesce(sum(byte_count), 0) AS bytes FROM profile.quarantined_events) AS counted "
    "WHERE quarantine_totals.events <> counted.events OR quarantine_totals.bytes <> counted.bytes"};
constexpr Statement kWaiting{
    "test.count_waiting",
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"};

EventBatch UnknownBatch(const std::vector<std::string>& customers, const std::string& text = "") {
  std::vector<Event> events;
  for (const std::string& customer : customers) {
    events.push_back(MakeEvent(customer, absl::StrCat("e", events.size()), EventType::kMessage));
    events.back().text = text;
  }
  EventBatch batch = MakeBatch(std::move(events), /*skip_unknown_customers=*/true);
  batch.quarantine = QuarantineLimits();
  return batch;
}

// How many are in quarantine then; -1 when that failed. For any thread.
std::int64_t Keep(PgStoresUnderTest& stores, const EventBatch& batch) {
  const auto outcome = stores.events().Insert(kContext, Mutation(), batch);
  return outcome.ok() ? outcome->quarantined : -1;
}

absl::StatusOr<Event> TakeAnything(const SentEvent& sent) { return ToEvent(sent); }

std::size_t Kept(PgStoresUnderTest& stores) {
  return stores.quarantine()
      .ListQuarantined(kContext, {}, {.events = 10'000, .bytes = 1 << 30})
      ->size();
}

TEST_CASE("what an event in quarantine says cannot be read in its table") {
  PgStoresUnderTest stores;
  REQUIRE(Keep(stores, UnknownBatch({"43"}, "my secret wish")) == 1);
  CHECK(stores.Count(kQuarantineMentions, {"secret wish"}) == 0);
  CHECK(stores.Count(kQuarantineMentions, {"43"}) == 1);
}

TEST_CASE("the totals of the quarantine are those of its rows, whatever happens to them") {
  PgStoresUnderTest stores;
  QuarantineStore& quarantine = stores.quarantine();
  REQUIRE(Keep(stores, UnknownBatch({"1", "2", "3", "4", "5", "6"}, "text")) == 6);
  CHECK(stores.Count(kWrongTotals) == 0);
  const auto all = quarantine.ListQuarantined(kContext, {}, {.events = 10, .bytes = 1 << 20});
  REQUIRE(quarantine
              .MendQuarantined(kContext, Mutation(), all->at(0).id, std::nullopt, {},
                               [](QuarantinedEvent event, QuarantineStore::FindCustomer) {
                                 event.event.text = std::string(1000, 'x');
                                 event.status = absl::OkStatus();
                                 return absl::StatusOr<QuarantinedEvent>(event);
                               })
              .ok());
  CHECK(stores.Count(kWrongTotals) == 0);
  CreateCustomers(stores, {"1", "2"});
  REQUIRE(quarantine
              .ReplayQuarantined(kContext, std::nullopt, {.events = 10, .bytes = 1 << 20},
                                 [](const SentEvent& sent) -> absl::StatusOr<Event> {
                                   if (sent.customer == "customers/3") {
                                     return absl::InvalidArgumentError("wrong in another way");
                                   }
                                   return ToEvent(sent);
                                 })
              ->created == 2);
  CHECK(stores.Count(kWrongTotals) == 0);
  REQUIRE(quarantine.DeleteQuarantined(kContext, Mutation(), all->at(2).id).ok());
  CreateCustomers(stores, {"4"});
  REQUIRE(stores.customers().Delete(kContext, Mutation(), "4", "").ok());
  CHECK(Kept(stores) == 2);
  CHECK(stores.Count(kWrongTotals) == 0);
  REQUIRE(*quarantine.DropQuarantined(kContext, absl::InfiniteFuture(), 1) == 1);
  CHECK(stores.Count(kWrongTotals) == 0);
}

TEST_CASE("what became of rejected events is counted, kept or not") {
  PgStoresUnderTest stores;
  CreateCustomers(stores, {"gone"});
  REQUIRE(stores.customers().Delete(kContext, Mutation(), "gone", "").ok());
  EventBatch batch = UnknownBatch({"1", "gone", "2", "3"});
  batch.quarantine->events = 2;
  CHECK(Keep(stores, batch) == 2);
  CHECK(Keep(stores, batch) == 2);
  EventBatch large = UnknownBatch({"4"}, std::string(kMaxQuarantinedBytes + 1, 'x'));
  CHECK(Keep(stores, large) == 0);
  const QuarantineCounts counts = stores.quarantine_meter().counts();
  CHECK(counts.kept == 2);
  CHECK(counts.known == 2);
  CHECK(counts.deleted == 2);
  CHECK(counts.full == 2);
  CHECK(counts.too_large == 1);
}

TEST_CASE("writers at the same time keep no more than may be, and no event twice") {
  PgStoresUnderTest stores(8);
  std::vector<std::string> customers;
  for (int i = 0; i < 40; ++i) customers.push_back(absl::StrCat("c", i));
  EventBatch batch = UnknownBatch(customers);
  batch.quarantine->events = 30;
  std::vector<std::thread> threads;
  std::vector<std::int64_t> kept(6);
  for (std::int64_t& count : kept) {
    threads.emplace_back([&] { count = Keep(stores, batch); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(kept == std::vector<std::int64_t>(6, 30));
  CHECK(Kept(stores) == 30);
  CHECK(stores.Count(kWrongTotals) == 0);
}

// A deletion that is under way when an event of the customer, who had not been there when the
// event was looked at, is to be kept.
TEST_CASE("an event that waited for its customer's deletion is not kept") {
  PgStoresUnderTest stores;
  constexpr Statement kBury{
      "test.insert_tombstone",
      "INSERT INTO profile.tombstones (customer_index, delete_time) VALUES ($1, now())"};
  std::int64_t kept = -1;
  std::thread writer;
  REQUIRE(stores.pool()
              .Transact({},
                        [&](postgres::Transaction& transaction) -> absl::Status {
                          CLIENTELE_RETURN_IF_ERROR(LockQuarantine(transaction).status());
                          writer = std::thread([&] { kept = Keep(stores, UnknownBatch({"7"})); });
                          REQUIRE(clientele::testing::Eventually(std::chrono::seconds(20), [&] {
                            return stores.Count(kWaiting) == 1;
                          }));
                          return transaction
                              .Execute(kBury, {postgres::Bytes{stores.cipher().BlindIndex(
                                                  "7", "profile.tombstones")}})
                              .status();
                        })
              .ok());
  writer.join();
  CHECK(kept == 0);
  CHECK(Kept(stores) == 0);
}

TEST_CASE("a deletion waits for an event of its customer that is being kept, and takes it along") {
  PgStoresUnderTest stores;
  CreateCustomers(stores, {"7"});
  const QuarantineCandidate candidate{ToSentEvent(MakeEvent("7", "e1")),
                                      UnknownCustomerAt(kQuarantinePath)};
  absl::Status deleted = absl::UnknownError("not run");
  std::thread deleter;
  REQUIRE(stores.pool()
              .Transact({},
                        [&](postgres::Transaction& transaction) -> absl::Status {
                          std::int64_t kept = 0;
                          CLIENTELE_RETURN_IF_ERROR(AddToQuarantine(transaction, stores.cipher(),
                                                                    {{&candidate, &kept}}, {}, kNow)
                                                        .status());
                          deleter = std::thread([&] {
                            deleted = stores.customers().Delete(kContext, Mutation(), "7", "");
                          });
                          REQUIRE(clientele::testing::Eventually(std::chrono::seconds(20), [&] {
                            return stores.Count(kWaiting) == 1;
                          }));
                          return absl::OkStatus();
                        })
              .ok());
  deleter.join();
  CHECK(deleted.ok());
  CHECK(Kept(stores) == 0);
}

TEST_CASE("a replica of the version before, which knows no quarantine, empties it all the same") {
  PgStoresUnderTest stores;
  REQUIRE(Keep(stores, UnknownBatch({"7", "8"})) == 2);
  CreateCustomers(stores, {"7"});
  constexpr Statement kDeleteRow{"test.delete_customer_row",
                                 "WITH gone AS (DELETE FROM profile.customers WHERE customer_id = "
                                 "'7' RETURNING 1) SELECT count(*) FROM gone"};
  REQUIRE(stores.Count(kDeleteRow) == 1);
  CHECK(Kept(stores) == 1);
  CHECK(stores.Count(kWrongTotals) == 0);
}

TEST_CASE("a replay that does not commit leaves the quarantine and the events as they were") {
  PgStoresUnderTest stores;
  REQUIRE(Keep(stores, UnknownBatch({"1", "2"})) == 2);
  CreateCustomers(stores, {"1", "2"});
  // The feed's lock, which comes last, is held for longer than a writer waits.
  constexpr Statement kHoldFeed{"test.lock_the_feed",
                                "SELECT pg_advisory_xact_lock(27988543130330483)"};
  absl::Status failed;
  REQUIRE(stores.pool()
              .Transact({},
                        [&](postgres::Transaction& transaction) -> absl::Status {
                          CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kHoldFeed).status());
                          failed =
                              stores.quarantine()
                                  .ReplayQuarantined(kContext, std::nullopt,
                                                     {.events = 10, .bytes = 1 << 20}, TakeAnything)
                                  .status();
                          return absl::OkStatus();
                        })
              .ok());
  CHECK(absl::IsResourceExhausted(failed));
  CHECK(Kept(stores) == 2);
  CHECK(stores.events().List(kContext, "1", std::nullopt, 10)->empty());
  const auto replay = stores.quarantine().ReplayQuarantined(
      kContext, std::nullopt, {.events = 10, .bytes = 1 << 20}, TakeAnything);
  CHECK(replay->created == 2);
  CHECK(Kept(stores) == 0);
}

TEST_CASE("replays at the same time store each event once") {
  PgStoresUnderTest stores(8);
  std::vector<std::string> customers;
  for (int i = 0; i < 40; ++i) customers.push_back(absl::StrCat("c", i % 4));
  REQUIRE(Keep(stores, UnknownBatch(customers)) == 40);
  CreateCustomers(stores, {"c0", "c1", "c2", "c3"});
  std::vector<std::thread> threads;
  std::vector<std::int64_t> created(4);
  for (std::int64_t& count : created) {
    threads.emplace_back([&] {
      const auto replay = stores.quarantine().ReplayQuarantined(
          kContext, std::nullopt, {.events = 100, .bytes = 1 << 20}, TakeAnything);
      count = replay.ok() ? replay->created + 1000 * replay->duplicates : -1000;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(created[0] + created[1] + created[2] + created[3] == 40);
  CHECK(Kept(stores) == 0);
  CHECK(stores.events().List(kContext, "c0", std::nullopt, 100)->size() == 10);
}

}  // namespace
}  // namespace clientele::profile::testing
