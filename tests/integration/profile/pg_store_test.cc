// What holds of the PostgreSQL stores beyond the contract: personal data, erasure
// and concurrency.
#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/migrations.h"
#include "tests/contract/profile/samples.h"
#include "tests/integration/profile/pg_stores_under_test.h"
#include "tests/support/eventually.h"

namespace clientele::profile::testing {
namespace {

using postgres::Statement;

const RequestContext kContext;

// Rows of every table whose text form holds $1; bytea shows as hexadecimal, so
// its plain content is looked for as well.
constexpr Statement kMentions{
    "test_mentions",
    "WITH needle AS (SELECT '%' || $1::text || '%' AS plain, "
    "'%' || encode(convert_to($1::text, 'UTF8'), 'hex') || '%' AS hex), "
    "haystack AS (SELECT t::text AS line FROM profile.customers t "
    "UNION ALL SELECT t::text FROM profile.events t "
    "UNION ALL SELECT t::text FROM profile.changes t "
    "UNION ALL SELECT t::text FROM profile.tombstones t "
    "UNION ALL SELECT t::text FROM profile.behavior t "
    "UNION ALL SELECT t::text FROM profile.behavior_keys t "
    "UNION ALL SELECT t::text FROM profile.behavior_members t "
    "UNION ALL SELECT t::text FROM profile.text_vectors t "
    "UNION ALL SELECT t::text FROM profile.pending_texts t "
    "UNION ALL SELECT t::text FROM profile.text_scans t "
    "UNION ALL SELECT t::text FROM profile.request_ledger t) "
    "SELECT count(*) FROM haystack, needle WHERE line LIKE plain OR line LIKE hex"};

Event TextEvent(const std::string& customer, const std::string& id, const std::string& text) {
  Event event = MakeEvent(customer, id, EventType::kMessage);
  event.text = text;
  return event;
}

TEST_CASE("personal data cannot be read in the tables") {
  PgStoresUnderTest stores;
  Customer customer = MakeCustomer("42");
  customer.attributes = {{"favorite", "marmalade"}};
  REQUIRE(stores.customers().Create(kContext, Mutation("r1"), customer).ok());
  REQUIRE(stores.events()
              .Insert(kContext, Mutation(), MakeBatch({TextEvent("42", "1", "my secret wish")}))
              .ok());
  for (const char* secret :
       {"Ada", "ada@example.com", "441234567890", "favorite", "marmalade", "secret wish"}) {
    INFO(secret);
    CHECK(stores.Count(kMentions, {secret}) == 0);
  }
  CHECK(stores.Count(kMentions, {"42"}) >= 3);  // the scan does find things
}

TEST_CASE("two customers with one address, however written, have one email index") {
  constexpr Statement kIndexes{"test_indexes",
                               "SELECT count(DISTINCT email_index) FROM profile.customers"};
  PgStoresUnderTest stores;
  Customer other = MakeCustomer("2");
  other.email = "ADA@Example.com";
  REQUIRE(stores.customers().CreateMany(kContext, Mutation(), {MakeCustomer("1"), other}).ok());
  CHECK(stores.Count(kIndexes) == 1);
}

TEST_CASE("a value moved to another row does not decrypt") {
  constexpr Statement kSwap{"test_swap",
                            "WITH moved AS (UPDATE profile.customers SET email = (SELECT email "
                            "FROM profile.customers WHERE customer_id = '2') "
                            "WHERE customer_id = '1' RETURNING 1) SELECT count(*) FROM moved"};
  PgStoresUnderTest stores;
  REQUIRE(stores.customers()
              .CreateMany(kContext, Mutation(), {MakeCustomer("1"), MakeCustomer("2")})
              .ok());
  CHECK(stores.Count(kSwap) == 1);
  CHECK(absl::IsDataLoss(stores.customers().Get(kContext, "1").status()));
}

TEST_CASE("deleting a customer leaves their id nowhere in clear, and followers learn of it") {
  PgStoresUnderTest stores;
  const std::string id = "customer-to-erase";
  REQUIRE(stores.customers().Create(kContext, Mutation("r1"), MakeCustomer(id)).ok());
  REQUIRE(stores.customers().Create(kContext, Mutation("r2"), MakeCustomer("other")).ok());
  REQUIRE(stores.events()
              .Insert(kContext, Mutation("r3"),
                      MakeBatch({TextEvent(id, "e1", "hello"), TextEvent("other", "e1", "hi")}))
              .ok());
  const auto texts = stores.text_vectors().Take(kContext, 1, kNow, absl::ZeroDuration());
  REQUIRE(texts.ok());
  REQUIRE(texts->size() == 1);
  REQUIRE(texts->front().customer_id == id);
  REQUIRE(stores.text_vectors().Put(kContext, "text/1", {{{id, "e1", {1, 0}}}}, kNow).ok());
  REQUIRE(*stores.text_vectors().ScanTexts(kContext, "text/2", {.limit = 1, .now = kNow}));
  REQUIRE(stores.customers().Delete(kContext, Mutation("r4"), id, "").ok());

  CHECK(stores.Count(kMentions, {id}) == 0);
  CHECK(stores.Count({"test_tombstones", "SELECT count(*) FROM profile.tombstones"}) == 1);
  CHECK(stores.Count({"test_news", "SELECT count(*) FROM profile.changes WHERE kind = 3"}) == 1);
  // Followers are told all the same.
  const auto news = stores.changes().Read(kContext, 0, 100, false);
  REQUIRE(news.ok());
  REQUIRE_FALSE(news->changes.empty());
  CHECK(news->changes.back().kind == ChangeKind::kCustomerDeleted);
  CHECK(news->changes.back().customer_id == id);
  // The result of creating them is gone; those of r2, r3 and r4 hold nothing of theirs.
  CHECK(stores.Count({"test_ledger", "SELECT count(*) FROM profile.request_ledger"}) == 3);
  // What is left decrypts, and is the other customer's.
  const auto left = stores.customers().List(kContext, "", 10);
  REQUIRE(left.ok());
  REQUIRE(left->size() == 1);
  CHECK(left->front().id == "other");
  CHECK(stores.events().List(kContext, "other", std::nullopt, 10)->front().text == "hi");
}

TEST_CASE("a reader beside concurrent writers sees every change once and in order") {
  constexpr int kWriters = 4;
  constexpr int kBatches = 12;
  constexpr int kEvents = 25;
  PgStoresUnderTest stores(kWriters + 1);
  for (int w = 0; w < kWriters; ++w) {
    REQUIRE(
        stores.customers().Create(kContext, Mutation(), MakeCustomer(absl::StrCat("c", w))).ok());
  }
  std::atomic<int> failures = 0;
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int b = 0; b < kBatches; ++b) {
        std::vector<Event> events;
        for (int e = 0; e < kEvents; ++e) {
          events.push_back(MakeEvent(absl::StrCat("c", w), absl::StrCat(b * kEvents + e)));
        }
        if (!stores.events().Insert({}, Mutation(), MakeBatch(std::move(events))).ok()) ++failures;
      }
      --writing;
    });
  }
  std::map<std::string, int> next;  // of each customer
  bool in_order = true;
  int64_t after = 0;
  int seen = 0;
  while (true) {
    const bool last_look = writing == 0;
    const auto page = stores.changes().Read(kContext, after, 40, false);
    REQUIRE(page.ok());
    if (last_look && page->last_seq == after) break;
    after = page->last_seq;
    for (const Change& change : page->changes) {
      if (change.kind != ChangeKind::kEvent) continue;
      in_order &= change.event.event_id == absl::StrCat(next[change.customer_id]++);
      ++seen;
    }
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failures == 0);
  CHECK(in_order);
  CHECK(seen == kWriters * kBatches * kEvents);
}

TEST_CASE("a change gets its number only when all smaller numbers are committed") {
  constexpr Statement kWaiting{"test_waiting",
                               "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT "
                               "granted AND database = (SELECT oid FROM pg_database WHERE datname "
                               "= current_database())"};
  PgStoresUnderTest stores;
  const auto append = [](postgres::Transaction& transaction, const std::string& customer) {
    return AppendChanges(transaction,
                         {.kind = ChangeKind::kCustomerCreated, .customer_ids = {customer}}, kNow);
  };
  std::atomic<bool> second_done = false;
  std::thread second;
  bool overtaken = true;
  const absl::Status first =
      stores.pool().Transact(kContext, [&](postgres::Transaction& transaction) {
        const absl::Status appended = append(transaction, "first");
        second = std::thread([&] {
          const absl::Status status = stores.pool().Transact(
              {}, [&](postgres::Transaction& other) { return append(other, "second"); });
          second_done = status.ok();
        });
        clientele::testing::Eventually(std::chrono::seconds(10),
                                       [&] { return second_done || stores.Count(kWaiting) == 1; });
        overtaken = second_done;
        return appended;
      });
  second.join();
  CHECK(first.ok());
  CHECK_FALSE(overtaken);
  CHECK(second_done);
  const auto page = stores.changes().Read(kContext, 0, 10, false);
  REQUIRE(page.ok());
  REQUIRE(page->changes.size() == 2);
  CHECK(page->changes[0].customer_id == "first");
}

TEST_CASE("concurrent batches that overlap store each event once") {
  constexpr int kWriters = 4;
  PgStoresUnderTest stores(kWriters);
  REQUIRE(stores.customers()
              .CreateMany(kContext, Mutation(), {MakeCustomer("a"), MakeCustomer("b")})
              .ok());
  std::atomic<int> created = 0, duplicates = 0, failures = 0;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int round = 0; round < 5; ++round) {
        std::vector<Event> events;
        for (int e = 0; e < 200; ++e) {
          // Each writer in an order of its own.
          const int i = w % 2 == 0 ? e : 199 - e;
          events.push_back(MakeEvent(i % 2 == 0 ? "a" : "b", absl::StrCat(round, ".", i)));
        }
        const auto outcome = stores.events().Insert({}, Mutation(), MakeBatch(std::move(events)));
        if (!outcome.ok()) {
          ++failures;
          continue;
        }
        created += static_cast<int>(outcome->created);
        duplicates += static_cast<int>(outcome->duplicates);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failures == 0);
  CHECK(created == 1000);
  CHECK(duplicates == 3000);
  CHECK(stores.Count({"test_events", "SELECT count(*) FROM profile.events"}) == 1000);
  CHECK(stores.Count({"test_changes", "SELECT count(*) FROM profile.changes WHERE kind = 1"}) ==
        1000);
}

TEST_CASE("events that race with their customer's deletion are never left behind") {
  PgStoresUnderTest stores;
  std::vector<Customer> customers;
  for (int i = 0; i < 20; ++i) customers.push_back(MakeCustomer(absl::StrCat("c", i)));
  REQUIRE(stores.customers().CreateMany(kContext, Mutation(), customers).ok());
  std::atomic<int> failures = 0;
  std::thread writer([&] {
    for (int round = 0; round < 20; ++round) {
      std::vector<Event> events;
      for (const Customer& c : customers) events.push_back(MakeEvent(c.id, absl::StrCat(round)));
      if (!stores.events().Insert({}, Mutation(), MakeBatch(std::move(events), true)).ok()) {
        ++failures;
      }
    }
  });
  for (const Customer& customer : customers) {
    if (!stores.customers().Delete(kContext, Mutation(), customer.id, "").ok()) ++failures;
  }
  writer.join();
  CHECK(failures == 0);
  CHECK(stores.Count({"test_events", "SELECT count(*) FROM profile.events"}) == 0);
  CHECK(stores.Count({"test_changes", "SELECT count(*) FROM profile.changes WHERE kind <> 3"}) ==
        0);
}

TEST_CASE("concurrent requests with one request_id have one effect and one result") {
  PgStoresUnderTest stores;
  std::vector<std::thread> callers;
  std::atomic<int> succeeded = 0;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      const auto created = stores.customers().Create({}, Mutation("same"), MakeCustomer("42"));
      if (created.ok() && *created == MakeCustomer("42")) ++succeeded;
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(succeeded == 4);
  CHECK(*stores.changes().LastSeq(kContext) == 1);
}

TEST_CASE("a statement past the caller's deadline is not run") {
  PgStoresUnderTest stores;
  RequestContext late;
  late.deadline = absl::Now() - absl::Seconds(1);
  CHECK(absl::IsDeadlineExceeded(
      stores.customers().Create(late, Mutation(), MakeCustomer("42")).status()));
  CHECK(stores.customers().CheckFree(kContext, "42").ok());
}

TEST_CASE("migrating twice changes nothing, and a newer schema serves") {
  PgStoresUnderTest stores;
  CHECK(MigrateSchema(stores.pool()).ok());
  CHECK(CheckSchema(stores.pool()).ok());
}

}  // namespace
}  // namespace clientele::profile::testing
