#include "services/recommend-service/store/training/pg_training_store.h"

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/recommend/past_interaction_store_contract.h"
#include "tests/contract/recommend/training_store_contract.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

using Db = RecommendDatabase;
using changefeed::EventKind;
using postgres::Statement;

// Three rows a page, so that every training reads several.
constexpr int kPageRows = 3;

TEST_CASE("PostgreSQL keeps the training store's contract") {
  Db db;
  PgTrainingStore store(db.pool.get(), absl::Minutes(1), kPageRows, testing::kEndlessDismissals);
  testing::CheckTrainingStoreContract({db.sink, db.interaction_store, store, db.item_store});
}

TEST_CASE("PostgreSQL keeps the contract of past interactions") {
  Db db;
  PgTrainingStore store(db.pool.get());
  testing::CheckPastInteractionStoreContract({db.sink, db.interaction_store, store, db.item_store},
                                             store);
}

TEST_CASE("a training that is read in pages is the one read at once") {
  Db db;
  changefeed::ChangeBatch batch{{}, "c1"};
  for (int i = 0; i < 8; ++i) db.Create("item-" + std::to_string(i));
  for (int i = 0; i < 60; ++i) {
    batch.changes.push_back(Db::Event("c" + std::to_string(i % 9), "e" + std::to_string(i),
                                      i % 3 == 0 ? EventKind::kPurchase : EventKind::kView,
                                      "item-" + std::to_string(i * i % 11), i));
  }
  REQUIRE(db.sink.Apply("", batch).ok());
  const auto whole = db.training_store.LoadTrainingSet({});
  REQUIRE(whole.ok());
  CHECK(whole->examples.size() > 20);
  for (const int rows : {1, 2, 3, 7, 1000}) {
    PgTrainingStore store(db.pool.get(), absl::Minutes(1), rows);
    const auto paged = store.LoadTrainingSet({});
    REQUIRE(paged.ok());
    CHECK(paged->customer_ids == whole->customer_ids);
    CHECK(paged->item_ids == whole->item_ids);
    CHECK(paged->interaction_count == whole->interaction_count);
    REQUIRE(paged->examples.size() == whole->examples.size());
    for (std::size_t i = 0; i < whole->examples.size(); ++i) {
      CHECK(paged->examples[i].customer == whole->examples[i].customer);
      CHECK(paged->examples[i].item == whole->examples[i].item);
      CHECK(paged->examples[i].value == whole->examples[i].value);
      CHECK(paged->examples[i].time == whole->examples[i].time);
    }
  }
}

TEST_CASE("of two replicas that begin to train at once one trains") {
  Db db;
  PgTrainingStore one(db.pool.get()), two(db.pool.get());
  for (int round = 0; round < 10; ++round) {
    absl::StatusOr<std::unique_ptr<TrainingTurn>> first, second;
    std::thread thread([&] { first = one.BeginTraining({}, "operations/one"); });
    second = two.BeginTraining({}, "operations/two");
    thread.join();
    CHECK(first.ok() != second.ok());
    CHECK(GetReason((first.ok() ? second : first).status()) == "TRAINING_RUNNING");
  }
}

TEST_CASE("a training whose process is gone keeps the others waiting until its lease has ended") {
  Db db;
  constexpr Statement kDie{"test.insert_dead_turn",
                           "WITH gone AS (INSERT INTO recommend.training_turn (training_id, name, "
                           "start_time, lease_until) VALUES ('dead', 'operations/dead', now(), "
                           "now() + $1 * interval '1 second') RETURNING 1) "
                           "SELECT count(*) FROM gone"};
  SECTION("within it") {
    CHECK(db.Count(kDie, {60}) == 1);
    CHECK(GetReason(db.training_store.BeginTraining({}, "two").status()) == "TRAINING_RUNNING");
  }
  SECTION("after it") {
    CHECK(db.Count(kDie, {-1}) == 1);
    CHECK(db.training_store.BeginTraining({}, "two").ok());
  }
}

}  // namespace
}  // namespace clientele::recommend
