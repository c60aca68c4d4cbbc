// What holds of the PostgreSQL stores beyond the contract: personal data, erasure
// and concurrency.
#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/migrations.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/integration/profile/pg_stores_under_test.h"
#include "tests/support/eventually.h"

namespace clientele::profile::testing {
namespace {

using postgres::Statement;

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
    "UNION ALL SELECT t::text FROM profile.segment_fills t "
    "UNION ALL SELECT t::text FROM profile.segment_due t "
    "UNION ALL SELECT t::text FROM profile.segment_members t "
    "UNION ALL SELECT t::text FROM profile.quarantined_events t "
    "UNION ALL SELECT t::text FROM profile.request_ledger t) "
    "SELECT count(*) FROM haystack, needle WHERE line LIKE plain OR line LIKE hex"};

constexpr Statement kLockFeed{"test.lock_feed", "SELECT pg_advisory_xact_lock(27988543130330483)"};
constexpr Statement kWaitingForFeed{
    "test.waiting_for_feed",
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"};

Event MessageEvent(const std::string& customer, const std::string& id, const std::string& text) {
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
              .Insert(kContext, Mutation(), MakeBatch({MessageEvent("42", "1", "my secret wish")}))
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
  REQUIRE(
      stores.events()
          .Insert(kContext, Mutation("r3"),
                  MakeBatch({MessageEvent(id, "e1", "hello"), MessageEvent("other", "e1", "hi")}))
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
  const auto news = stores.changes().Read(kContext, 0, {.changes = 100});
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
    const auto page = stores.changes().Read(kContext, after, {.changes = 40});
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
                         {.kind = ChangeKind::kCustomerCreated, .customer_ids = {customer}}, kNow)
        .status();
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
  const auto page = stores.changes().Read(kContext, 0, {.changes = 10});
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
  CHECK(stores.changes().State(kContext)->last_seq == 1);
}

// Callers who insert at the same time while the feed's lock is held, so that all but the first
// share a transaction.
std::vector<absl::StatusOr<EventBatchOutcome>> InsertAtOnce(
    PgStoresUnderTest& stores, const std::vector<std::pair<MutationId, EventBatch>>& calls) {
  std::vector<absl::StatusOr<EventBatchOutcome>> outcomes(calls.size());
  std::vector<std::thread> callers;
  // The first one gives up where the machine is too busy for the others to come in time.
  std::atomic<bool> given_up = false;
  REQUIRE(stores.pool()
              .Transact({},
                        [&](postgres::Transaction& t) {
                          const absl::Status locked = t.Execute(kLockFeed).status();
                          for (std::size_t i = 0; i < calls.size(); ++i) {
                            callers.emplace_back([&, i] {
                              outcomes[i] = stores.pg_events().Insert(kContext, calls[i].first,
                                                                      calls[i].second);
                              if (i == 0) given_up = true;
                            });
                            while (!given_up && stores.pg_events().waiting() < i) {
                              std::this_thread::yield();
                            }
                            while (i == 0 && !given_up && stores.Count(kWaitingForFeed) == 0) {
                              std::this_thread::yield();
                            }
                          }
                          return locked;
                        })
              .ok());
  for (std::thread& caller : callers) caller.join();
  return outcomes;
}

TEST_CASE("callers at the same time share a transaction, and each gets its own outcome") {
  PgStoresUnderTest stores;
  for (const char* id : {"a", "b"}) {
    REQUIRE(stores.customers().Create(kContext, Mutation(), MakeCustomer(id)).ok());
  }
  const MutationId once = Mutation("once");
  const MutationId refused = Mutation("refused");
  const auto outcomes = InsertAtOnce(
      stores, {{Mutation(), MakeBatch({MakeEvent("a", "0")})},
               {Mutation(), MakeBatch({MakeEvent("b", "1"), MakeEvent("a", "1")})},
               {once, MakeBatch({MakeEvent("a", "2")})},
               {once, MakeBatch({MakeEvent("a", "2")})},  // sent again while it is under way
               {refused, MakeBatch({MakeEvent("nobody", "3"), MakeEvent("a", "3")})},
               {Mutation(), MakeBatch({MakeEvent("nobody", "4"), MakeEvent("a", "4")}, true)},
               {Mutation(), MakeBatch({MakeEvent("a", "1"), MakeEvent("a", "5")})}});
  for (const std::size_t i : {0, 1, 2, 3, 5, 6}) {
    INFO(i << ": " << outcomes[i].status());
    REQUIRE(outcomes[i].ok());
  }
  CHECK(outcomes[1]->created == 2);
  CHECK(outcomes[2]->created == 1);
  CHECK(outcomes[3]->created == 1);  // the first one's result
  CHECK(GetReason(outcomes[4].status()) == "UNKNOWN_CUSTOMER");
  CHECK(outcomes[5]->created == 1);
  CHECK(outcomes[5]->rejected == 1);
  CHECK(outcomes[6]->created == 1);
  CHECK(outcomes[6]->duplicates == 1);
  // One commit for all but the first and the one sent again.
  CHECK(stores.Count({"test.transactions",
                      "SELECT count(DISTINCT xmin::text) FROM profile.changes WHERE kind = 1"}) ==
        2);
  // The feed has them in the order of the calls, each once.
  const auto news = stores.changes().Read(kContext, 2, {});
  std::string told;
  for (const Change& change : news->changes) {
    told += change.customer_id + change.event.event_id + " ";
  }
  CHECK(told == "a0 b1 a1 a2 a4 a5 ");
  // What was refused is not remembered: it may be sent again.
  REQUIRE(stores.customers().Create(kContext, Mutation(), MakeCustomer("nobody")).ok());
  const auto again = stores.events().Insert(
      kContext, refused, MakeBatch({MakeEvent("nobody", "3"), MakeEvent("a", "3")}));
  REQUIRE(again.ok());
  CHECK(again->created == 2);
}

TEST_CASE("what was stored is in memory as the feed tells it") {
  PgStoresUnderTest stores;
  RecentChanges recent({});
  PgEventStore events = stores.NewEventStore(&recent);
  for (const char* id : {"a", "b"}) {
    REQUIRE(stores.customers().Create(kContext, Mutation(), MakeCustomer(id)).ok());
  }
  const RecentChanges::Reader reader(recent);
  REQUIRE(events.Insert(kContext, Mutation(), MakeBatch({MakeEvent("b", "2"), MakeEvent("a", "1")}))
              .ok());
  std::vector<Event> bulk;
  for (int i = 0; i < 200; ++i) bulk.push_back(MakeEvent("a", absl::StrCat("bulk", 500 - i)));
  bulk.push_back(MakeEvent("a", "1"));  // a duplicate
  REQUIRE(events.Insert(kContext, Mutation(), MakeBatch(bulk)).ok());
  const auto stored = stores.changes().Read(kContext, 2, {});
  const auto remembered = recent.Read(2, {});
  REQUIRE(stored.ok());
  REQUIRE(remembered.has_value());
  CHECK(remembered->last_seq == stored->last_seq);
  CHECK(remembered->last_time == stored->last_time);
  REQUIRE(remembered->changes.size() == 202);
  REQUIRE(stored->changes.size() == 202);
  for (std::size_t i = 0; i < 202; ++i) {
    CHECK(remembered->changes[i].event == stored->changes[i].event);
    CHECK(remembered->changes[i].change_time == stored->changes[i].change_time);
  }
}

TEST_CASE("a batch that the database refuses fails alone") {
  PgStoresUnderTest stores;
  REQUIRE(stores.customers().Create(kContext, Mutation(), MakeCustomer("a")).ok());
  Event bad = MakeEvent("a", "bad");
  bad.category = "not UTF-8 \xff";
  const auto outcomes = InsertAtOnce(stores, {{Mutation(), MakeBatch({MakeEvent("a", "0")})},
                                              {Mutation(), MakeBatch({MakeEvent("a", "1")})},
                                              {Mutation("bad"), MakeBatch({bad})},
                                              {Mutation("2"), MakeBatch({MakeEvent("a", "2")})}});
  CHECK(outcomes[1]->created == 1);
  CHECK(absl::IsInvalidArgument(outcomes[2].status()));
  CHECK(outcomes[3]->created == 1);
  CHECK(stores.events().List(kContext, "a", std::nullopt, 10)->size() == 3);
}

TEST_CASE("a writer gives up waiting for the feed's lock, and says when to try again") {
  PgStoresUnderTest stores;
  REQUIRE(stores.customers().Create(kContext, Mutation(), MakeCustomer("a")).ok());
  absl::Status event, customer;
  REQUIRE(stores.pool()
              .Transact(
                  {},
                  [&](postgres::Transaction& t) {
                    const absl::Status locked = t.Execute(kLockFeed).status();
                    event = stores.events()
                                .Insert(kContext, Mutation(), MakeBatch({MakeEvent("a", "1")}))
                                .status();
                    customer =
                        stores.customers().Create(kContext, Mutation(), MakeCustomer("b")).status();
                    return locked;
                  })
              .ok());
  for (const absl::Status& status : {event, customer}) {
    CHECK(absl::IsResourceExhausted(status));
    CHECK(GetRetryDelay(status).has_value());
  }
  CHECK(stores.events().List(kContext, "a", std::nullopt, 10)->empty());
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
