#include "services/recommend-service/store/pg_change_sink.h"

#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/interactions/interactions.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/recent_popularity.h"
#include "tests/contract/changefeed/change_sink_contract.h"
#include "tests/contract/recommend/interaction_history_contract.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;
using changefeed::Change;
using changefeed::ChangeBatch;
using changefeed::EventKind;
using Db = RecommendDatabase;
using postgres::Statement;

constexpr Statement kCountInteractions{"count_interactions",
                                       "SELECT count(*) FROM recommend.interactions"};
constexpr Statement kCountFactors{
    "test.count_factors", "SELECT count(*) FROM recommend.customer_factors WHERE customer_id = $1"};

ChangeBatch SomeEvents() {
  return {{Db::Event("ada-l", "e1", EventKind::kView, "mug", 1),
           Db::Event("ada-l", "e2", EventKind::kCart, "mug", 2),
           Db::Event("ada-l", "e3", EventKind::kPurchase, "mug", 3),
           Db::Event("ada-l", "e4", EventKind::kPurchase, "mug", 4),
           Db::Event("ada-l", "e5", EventKind::kReturn, "mug", 5),
           Db::Event("ada-l", "e6", EventKind::kSearch, "", 6),
           Db::Event("ada-l", "e7", EventKind::kMessage, "mug", 7),
           Db::Event("bob", "e1", EventKind::kPurchase, "mug", 1),
           Db::Event("bob", "e2", EventKind::kView, "cup", 2)},
          "c1"};
}

TEST_CASE("the sink keeps the contract of every sink") {
  Db db;
  changefeed::CheckChangeSinkContract(db.sink);
}

TEST_CASE("PostgreSQL keeps the contract of histories that the feed makes") {
  Db db;
  testing::CheckInteractionHistoryContract(
      {db.sink, db.interaction_store, db.training_store, db.item_store});
}

TEST_CASE("events that name an item become interactions, and the cursor moves with them") {
  Db db;
  db.Create("mug");
  CHECK(*db.sink.LoadCursor() == "");
  const absl::Status applied = db.sink.Apply("", SomeEvents());
  INFO(applied);
  REQUIRE(applied.ok());
  CHECK(*db.sink.LoadCursor() == "c1");
  CHECK(db.Count(kCountInteractions) == 7);
  const auto history = db.interaction_store.History({}, "ada-l", {});
  REQUIRE(history.ok());
  REQUIRE(history->items.size() == 1);
  CHECK(history->items[0].item_id == "mug");
  CHECK(history->items[0].views == 1);
  CHECK(history->items[0].carts == 1);
  CHECK(history->items[0].purchases == 2);
  CHECK(history->items[0].returns == 1);
  CHECK(history->items[0].last_time - history->items[0].first_time == absl::Minutes(4));
  const auto statistics = db.interaction_store.Statistics({}, "mug");
  REQUIRE(statistics.ok());
  CHECK(statistics->purchases == 3);
  CHECK(statistics->returns == 1);
  CHECK(statistics->views == 1);
  CHECK(statistics->customers == 2);
}

TEST_CASE("a batch is applied once, whoever sends it again") {
  Db db;
  REQUIRE(db.sink.Apply("", SomeEvents()).ok());
  // Another replica at the old cursor loses; nothing is counted twice.
  CHECK(absl::IsAborted(db.sink.Apply("", SomeEvents())));
  // The whole feed again, from a lost cursor.
  ChangeBatch again = SomeEvents();
  again.cursor = "c2";
  REQUIRE(db.sink.Apply("c1", again).ok());
  CHECK(db.Count(kCountInteractions) == 7);
  CHECK(db.interaction_store.Statistics({}, "mug")->purchases == 3);
}

TEST_CASE("a batch that fails in the middle leaves neither effect nor cursor") {
  Db db;
  ChangeBatch bad = SomeEvents();
  bad.changes[3].event.event_id = "not UTF-8 \xff";
  CHECK(!db.sink.Apply("", bad).ok());
  CHECK(*db.sink.LoadCursor() == "");
  CHECK(db.Count(kCountInteractions) == 0);
}

TEST_CASE("a deleted customer loses everything, the others nothing") {
  Db db;
  db.Create("mug");
  REQUIRE(db.sink.Apply("", SomeEvents()).ok());
  TrainingSet set;
  set.customer_ids = {"ada-l", "bob"};
  set.customer_revisions = {1, 1};
  Factorization factors;
  factors.dimension = 1;
  factors.customer_factors = {1, 2};
  factors.customer_biases = {0, 0};
  const auto turn = db.training_store.BeginTraining({}, "one");
  REQUIRE(turn.ok());
  const ModelIdentity model{"factorization/1", (*turn)->training_id()};
  REQUIRE(db.training_store.SaveCustomerFactors({}, model, "", set, factors).ok());
  REQUIRE(db.pool
              ->Transact({},
                         [&](postgres::Transaction& t) {
                           return db.ledger
                               .Once(t, Db::Mutation("X", "r-1"), "ada-l",
                                     [] { return absl::StatusOr<std::string>("about ada-l"); })
                               .status();
                         })
              .ok());

  // Erased between two of her own events: the later one must not survive either,
  // but profile-service never sends it; bob's does.
  REQUIRE(
      db.sink
          .Apply("c1", {{Db::Event("ada-l", "e8", EventKind::kPurchase, "cup"),
                         Db::Deleted("ada-l"), Db::Event("bob", "e9", EventKind::kPurchase, "cup")},
                        "c2"})
          .ok());
  CHECK(db.interaction_store.History({}, "ada-l", model)->items.empty());
  CHECK(db.Count(kCountFactors, {"ada-l"}) == 0);
  CHECK(db.Count(kCountFactors, {"bob"}) == 1);
  CHECK(db.interaction_store.Statistics({}, "mug")->purchases == 1);
  CHECK(db.interaction_store.Statistics({}, "mug")->customers == 1);
  CHECK(db.interaction_store.Statistics({}, "cup")->purchases == 1);

  // A raw scan of every table and row of the schema.
  constexpr Statement kScan{
      "scan_for_text",
      "SELECT count(*) FROM (SELECT query_to_xml(format('SELECT * FROM recommend.%I', tablename), "
      "true, false, '')::text AS content FROM pg_tables WHERE schemaname = 'recommend') t "
      "WHERE position($1 IN t.content) > 0"};
  // Interactions, sums, their revision and factors: the scan sees.
  CHECK(db.Count(kScan, {"bob"}) == 4);
  CHECK(db.Count(kScan, {"ada-l"}) == 0);
}

Change Expired(EventKind type, absl::Time before) {
  Change change;
  change.kind = Change::Kind::kEventsExpired;
  change.expired_type = type;
  change.expired_before = before;
  return change;
}

TEST_CASE("more expired interactions than a transaction deletes all go, and every sum is exact") {
  constexpr int kViews = 12'000;
  Db db;
  db.Create("mug");
  std::vector<Change> changes;
  for (int i = 0; i < kViews; ++i) {
    changes.push_back(Db::Event(absl::StrCat("c", i % 97), absl::StrCat("e", i),
                                i % 3 == 0 ? EventKind::kPurchase : EventKind::kView,
                                i % 2 == 0 ? "mug" : "cup", i % 50));
  }
  REQUIRE(db.sink.Apply("", {changes, "c1"}).ok());
  const absl::Time before = changes[20].event.event_time;  // of 0 to 49 minutes
  const absl::Status applied = db.sink.Apply(
      "c1",
      {{Expired(EventKind::kView, before), Expired(EventKind::kView, before - absl::Minutes(5)),
        Expired(EventKind::kMessage, absl::InfiniteFuture())},
       "c2"});
  INFO(applied);
  REQUIRE(applied.ok());
  std::int64_t purchases = 0, views = 0;
  for (const Change& change : changes) {
    if (change.event.item_id != "mug") continue;
    purchases += change.event.type == EventKind::kPurchase;
    views += change.event.type == EventKind::kView && change.event.event_time >= before;
  }
  CHECK(db.interaction_store.Statistics({}, "mug")->purchases == purchases);
  CHECK(db.interaction_store.Statistics({}, "mug")->views == views);
  constexpr Statement kWrongSums{
      "test.count_wrong_sums",
      "SELECT (SELECT count(*) FROM (SELECT customer_id, item_id, interactions, views, purchases, "
      "first_time, last_time FROM recommend.interaction_sums EXCEPT SELECT customer_id, item_id, "
      "interactions, views, purchases, first_time, last_time FROM recommend.customer_items) AS m) "
      "+ (SELECT count(*) FROM (SELECT customer_id, item_id FROM recommend.customer_items EXCEPT "
      "SELECT customer_id, item_id FROM recommend.interaction_sums) AS m) "
      "+ (SELECT count(*) FROM recommend.item_counts AS c JOIN (SELECT item_id, "
      "count(*) FILTER (WHERE type = 1) AS views, count(*) FILTER (WHERE type = 3) AS purchases "
      "FROM recommend.interactions GROUP BY item_id) AS i USING (item_id) "
      "WHERE c.views <> i.views OR c.purchases <> i.purchases)"};
  CHECK(db.Count(kWrongSums) == 0);
}

TEST_CASE("an expiry that another replica has applied is not applied again to what came since") {
  Db db;
  REQUIRE(db.sink.Apply("", SomeEvents()).ok());
  const ChangeBatch expiry{{Expired(EventKind::kView, absl::InfiniteFuture())}, "c2"};
  REQUIRE(db.sink.Apply("c1", expiry).ok());
  // The retention was taken back, and an old view came late.
  REQUIRE(db.sink.Apply("c2", {{Db::Event("bob", "late", EventKind::kView, "cup", 1)}, "c3"}).ok());
  CHECK(absl::IsAborted(db.sink.Apply("c1", expiry)));
  CHECK(db.interaction_store.Statistics({}, "cup")->views == 1);
}

ChangeBatch Part(std::vector<Change> changes, std::optional<changefeed::SnapshotKey> after,
                 std::optional<changefeed::SnapshotKey> through, std::string cursor) {
  return {std::move(changes), std::move(cursor),
          changefeed::SnapshotRange{std::move(after), std::move(through)}};
}

Change Created(const std::string& customer) {
  Change change;
  change.kind = Change::Kind::kCustomerCreated;
  change.customer_id = customer;
  return change;
}

TEST_CASE("a snapshot replaces what is stored, part by part, and leaves nothing else") {
  Db db;
  db.Create("mug");
  REQUIRE(db.sink.Apply("", SomeEvents()).ok());
  REQUIRE(db.sink
              .Apply("c1", {{Db::Event("aaron", "x", EventKind::kPurchase, "cup"),
                             Db::Event("zoe", "y", EventKind::kView, "mug")},
                            "c2"})
              .ok());
  TrainingSet set;
  set.customer_ids = {"aaron", "ada-l", "bob", "zoe"};
  set.customer_revisions = {1, 1, 1, 1};
  Factorization factors;
  factors.dimension = 1;
  factors.customer_factors = {1, 2, 3, 4};
  factors.customer_biases = {0, 0, 0, 0};
  const auto turn = db.training_store.BeginTraining({}, "one");
  REQUIRE(turn.ok());
  const ModelIdentity model{"factorization/1", (*turn)->training_id()};
  REQUIRE(db.training_store.SaveCustomerFactors({}, model, "", set, factors).ok());
  const auto trained = [&](const std::string& customer) {
    return db.Count(kCountFactors, {customer}) == 1;
  };

  // In the restored database aaron and zoe do not exist, ada-l has two events, of which one is
  // another one under the same id, and nora is new.
  REQUIRE(
      db.sink
          .Apply("c2", Part({Created("ada-l"), Db::Event("ada-l", "e1", EventKind::kView, "cup")},
                            std::nullopt, changefeed::SnapshotKey{"ada-l", "e1"}, "s1"))
          .ok());
  CHECK(db.Count({"test.aaron",
                  "SELECT count(*) FROM recommend.interactions "
                  "WHERE customer_id = 'aaron'"}) == 0);
  CHECK_FALSE(trained("aaron"));
  CHECK(trained("ada-l"));
  CHECK(trained("zoe"));  // not reached yet
  REQUIRE(
      db.sink
          .Apply("s1", Part({Db::Event("ada-l", "e9", EventKind::kPurchase, "mug"), Created("bob"),
                             Created("nora"), Db::Event("nora", "n", EventKind::kPurchase, "mug")},
                            changefeed::SnapshotKey{"ada-l", "e1"}, std::nullopt, "c9"))
          .ok());
  CHECK(*db.sink.LoadCursor() == "c9");
  CHECK(db.Count(kCountInteractions) == 3);
  const auto ada = db.interaction_store.History({}, "ada-l", model);
  REQUIRE(ada->items.size() == 2);
  CHECK(ada->items[0].views + ada->items[1].views == 1);
  CHECK_FALSE(trained("zoe"));
  CHECK(trained("bob"));
  // The sums are those of what is left.
  CHECK(db.Count({"test.wrong_sums",
                  "SELECT count(*) FROM (SELECT * FROM recommend.interaction_sums EXCEPT "
                  "SELECT * FROM recommend.customer_items) AS missing"}) == 0);
  CHECK(db.Count({"test.sums", "SELECT count(*) FROM recommend.customer_items"}) == 3);
  CHECK(db.interaction_store.Statistics({}, "mug")->purchases == 2);
  CHECK(db.interaction_store.Statistics({}, "mug")->views == 0);
  CHECK(db.interaction_store.Statistics({}, "mug")->returns == 0);
  CHECK(db.interaction_store.Statistics({}, "cup")->purchases == 0);
  CHECK(db.interaction_store.Statistics({}, "cup")->views == 1);
}

TEST_CASE("a snapshot replaces what customers decided") {
  Db db;
  using consent::Decision;
  using consent::Purpose;
  const auto decided = [](const std::string& customer, Change::Kind kind, Decision decision) {
    Change change;
    change.kind = kind;
    change.customer_id = customer;
    change.consents.Set(Purpose::kRecommendation, decision);
    return change;
  };
  const auto of = [&](const std::string& customer) {
    return db.interaction_store.History({}, customer, {})->consents.Of(Purpose::kRecommendation);
  };
  REQUIRE(db.sink
              .Apply("", {{decided("ada", Change::Kind::kConsentsChanged, Decision::kWithdrawn),
                           decided("bob", Change::Kind::kConsentsChanged, Decision::kWithdrawn),
                           decided("eve", Change::Kind::kConsentsChanged, Decision::kWithdrawn)},
                          "c1"})
              .ok());
  CHECK(of("eve") == Decision::kWithdrawn);
  // Bob decided nothing by the snapshot, and there is no Eve.
  REQUIRE(db.sink
              .Apply("c1", Part({decided("ada", Change::Kind::kCustomerCreated, Decision::kGranted),
                                 decided("bob", Change::Kind::kCustomerCreated, Decision::kNone)},
                                std::nullopt, std::nullopt, "c2"))
              .ok());
  CHECK(of("ada") == Decision::kGranted);
  CHECK(of("bob") == Decision::kNone);
  CHECK(of("eve") == Decision::kNone);
}

TEST_CASE("a snapshot of what is stored already changes nothing") {
  Db db;
  db.Create("mug");
  const ChangeBatch events = SomeEvents();
  REQUIRE(db.sink.Apply("", events).ok());
  const auto before = db.Count({"test.rows",
                                "SELECT sum(xmin::text::bigint)::bigint FROM "
                                "recommend.interactions"});
  REQUIRE(db.sink.Apply("c1", Part(events.changes, std::nullopt, std::nullopt, "c2")).ok());
  CHECK(db.Count({"test.rows",
                  "SELECT sum(xmin::text::bigint)::bigint FROM "
                  "recommend.interactions"}) == before);
  CHECK(db.interaction_store.Statistics({}, "mug")->purchases == 3);
}

TEST_CASE("anonymous interactions count once each, beside those of customers") {
  Db db;
  db.Create("mug");
  REQUIRE(db.sink.Apply("", SomeEvents()).ok());
  Interactions interactions(&db.interaction_store, &db.item_store, &db.clock);
  const absl::Time then = db.clock.Now() - absl::Hours(1);
  const std::vector<AnonymousInteraction> lines = {
      {"mug", "l1", InteractionType::kPurchase, then, 2},
      {"mug", "l2", InteractionType::kView, then, 1},
      {"mug", "l2", InteractionType::kView, then, 1}};
  const auto made = interactions.BatchCreateAnonymous({}, lines);
  REQUIRE(made.ok());
  CHECK(made->created == 2);
  CHECK(made->duplicates == 1);
  CHECK(interactions.BatchCreateAnonymous({}, lines)->created == 0);
  const auto statistics = interactions.Statistics({}, "mug");
  REQUIRE(statistics.ok());
  CHECK(statistics->purchases == 4);
  CHECK(statistics->views == 2);
  CHECK(statistics->customers == 2);

  const absl::Status unknown =
      interactions.BatchCreateAnonymous({}, {lines[0], {"nothing", "l", {}, then, 0}}).status();
  CHECK(absl::IsInvalidArgument(unknown));
  CHECK(absl::IsNotFound(interactions.Statistics({}, "nothing").status()));
  REQUIRE(db.catalog.Refresh({}).ok());
  CHECK(db.catalog.Snapshot()->Find("mug")->popularity > 2.9);
}

double RecentSum(PgItemStore& items, const std::string& item) {
  const auto changes = items.PopularitySince({}, 0);
  INFO(changes.status());
  REQUIRE(changes.ok());
  for (const ItemPopularity& one : changes->changed) {
    if (one.item_id == item) return one.recent_sum;
  }
  return 0;
}

// Of the events of one item, by their definition; of all customers or of one.
double RecentSum(const ChangeBatch& batch, const std::string& item, const std::string& customer) {
  double sum = 0;
  for (const Change& change : batch.changes) {
    if (change.event.item_id != item) continue;
    if (!customer.empty() && change.customer_id != customer) continue;
    const auto type = InteractionTypeOf(change.event);
    if (type.has_value()) sum += ForwardDecayed(PopularityWeight(*type), change.event.event_time);
  }
  return sum;
}

TEST_CASE("popularity of late counts each interaction by its time, until it is erased") {
  Db db;
  db.Create("mug");
  ChangeBatch events = SomeEvents();
  events.changes[2].event.event_time += absl::Hours(24 * 40);
  REQUIRE(db.sink.Apply("", events).ok());
  CHECK(RecentSum(db.item_store, "mug") == Approx(RecentSum(events, "mug", "")).epsilon(1e-12));
  const absl::Time then = db.clock.Now() - absl::Hours(1);
  REQUIRE(db.interaction_store
              .BatchCreateAnonymous({}, {{"mug", "l1", InteractionType::kPurchase, then, 2}})
              .ok());
  const double anonymous = ForwardDecayed(1, then);
  CHECK(RecentSum(db.item_store, "mug") ==
        Approx(RecentSum(events, "mug", "") + anonymous).epsilon(1e-12));
  REQUIRE(db.sink.Apply("c1", {{Db::Deleted("ada-l")}, "c2"}).ok());
  CHECK(RecentSum(db.item_store, "mug") ==
        Approx(RecentSum(events, "mug", "bob") + anonymous).epsilon(1e-12));
  // A snapshot without bob.
  db.ApplySnapshotOf("zoe");
  CHECK(RecentSum(db.item_store, "mug") == Approx(anonymous).epsilon(1e-12));
}

TEST_CASE("migrating counts what was stored before") {
  Db db;
  db.Create("mug");
  const ChangeBatch events = SomeEvents();
  REQUIRE(db.sink.Apply("", events).ok());
  const auto script = [&](const Statement& statement) {
    return db.pool->Transact(
        {}, [&](postgres::Transaction& t) { return t.Execute(statement).status(); });
  };
  REQUIRE(
      script({"test.drop_column", "ALTER TABLE recommend.item_counts DROP COLUMN recent"}).ok());
  REQUIRE(script({"test.drop_function", "DROP FUNCTION recommend.forward_decayed"}).ok());
  REQUIRE(script({"test.forget",
                  "DELETE FROM recommend.schema_migrations WHERE module = '' AND version >= 12"})
              .ok());
  // Connections that know the old table would refuse it.
  const auto pool = db.database.Pool();
  REQUIRE(MigrateSchema(*pool).ok());
  PgItemStore items(pool.get(), &db.ledger, &db.clock);
  CHECK(RecentSum(items, "mug") == Approx(RecentSum(events, "mug", "")).epsilon(1e-12));
}

TEST_CASE("a missing schema is reported, and migrating twice is the same as once") {
  const clientele::testing::TestDatabase database = clientele::testing::TestDatabase::Create();
  auto pool = database.Pool();
  CHECK(!CheckSchema(*pool).ok());
  REQUIRE(MigrateSchema(*pool).ok());
  REQUIRE(MigrateSchema(*pool).ok());
  CHECK(CheckSchema(*pool).ok());
}

}  // namespace
}  // namespace clientele::recommend
