#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/recommend/interaction_store_contract.h"
#include "tests/contract/recommend/item_store_contract.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

using Db = RecommendDatabase;

TEST_CASE("PostgreSQL keeps the item store's contract") {
  Db db;
  testing::CheckItemStoreContract({db.item_store, db.item_store, db.clock});
}

TEST_CASE("PostgreSQL keeps the interaction store's contract") {
  Db db;
  testing::CheckInteractionStoreContract(db.interaction_store);
}

TEST_CASE("another replica follows every change of an item") {
  Db db;
  Catalog other(&db.item_store);
  db.Create("a");
  db.Create("b");
  REQUIRE(other.Refresh({}).ok());
  CHECK(other.Snapshot()->item_count == 2);
  ItemUpdate update{Db::MakeItem("a"), {ItemField::kAvailable}};
  update.item.available = false;
  REQUIRE(db.items.Update({}, Db::Mutation("UpdateItem"), update, false).ok());
  REQUIRE(db.items.Delete({}, Db::Mutation("DeleteItem"), "b", "").ok());
  db.Create("c");
  REQUIRE(other.Refresh({}).ok());
  CHECK(!other.Snapshot()->Find("a")->item->available);
  CHECK(other.Snapshot()->Find("b") == nullptr);
  CHECK(other.Snapshot()->Find("c") != nullptr);
}

TEST_CASE("a replica that slept through a forgotten deletion reads the whole catalog again") {
  Db db;
  Catalog awake(&db.item_store), asleep(&db.item_store);
  for (const char* id : {"a", "b", "c"}) db.Create(id);
  REQUIRE(awake.Refresh({}).ok());
  REQUIRE(asleep.Refresh({}).ok());
  REQUIRE(db.items.Delete({}, Db::Mutation("DeleteItem"), "b", "").ok());
  db.clock.Advance(absl::Hours(1));
  REQUIRE(db.items.Delete({}, Db::Mutation("DeleteItem"), "c", "").ok());
  REQUIRE(awake.Refresh({}).ok());
  const absl::Time between = db.clock.Now() - absl::Minutes(1);
  REQUIRE(db.item_store.PruneTombstones({}, between).ok());
  REQUIRE(db.item_store.PruneTombstones({}, between).ok());
  for (Catalog* catalog : {&awake, &asleep}) {
    REQUIRE(catalog->Refresh({}).ok());
    CHECK(catalog->Snapshot()->item_count == 1);
    CHECK(catalog->Snapshot()->Find("a") != nullptr);
  }
  // Who has seen the later deletion is told of changes alone.
  const auto later = db.item_store.ItemsSince({}, 5);
  REQUIRE(later.ok());
  CHECK(!later->complete);
  CHECK(db.item_store.ItemsSince({}, 1)->complete);
}

TEST_CASE("a catalog that refreshes while items are written misses none") {
  Db db;
  Catalog other(&db.item_store);
  std::atomic<bool> writing = true;
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w) {
    writers.emplace_back([&db, w] {
      for (int i = 0; i < 40; ++i) {
        const std::string id = "w" + std::to_string(w) + "-" + std::to_string(i);
        (void)db.item_store.Create({}, Db::Mutation("CreateItem"), Db::MakeItem(id), false);
      }
    });
  }
  std::thread reader([&] {
    while (writing) (void)other.Refresh({});
  });
  for (std::thread& writer : writers) writer.join();
  writing = false;
  reader.join();
  REQUIRE(other.Refresh({}).ok());
  CHECK(other.Snapshot()->item_count == 80);
}

}  // namespace
}  // namespace clientele::recommend
