#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

using Db = RecommendDatabase;

TEST_CASE("an item is read back as it was made") {
  Db db;
  Item item = Db::MakeItem("mug");
  item.description = "红色 \"mug\"\n";
  item.image_uri = "https://example.com/mug.png";
  item.available = false;
  const auto made = db.items.Create({}, Db::Mutation("CreateItem"), item, false);
  REQUIRE(made.ok());
  const auto read = db.items.Get({}, "mug");
  REQUIRE(read.ok());
  CHECK(read->title == item.title);
  CHECK(read->description == item.description);
  CHECK(read->category == item.category);
  CHECK(read->price_micros == item.price_micros);
  CHECK(read->currency_code == item.currency_code);
  CHECK(read->image_uri == item.image_uri);
  CHECK(!read->available);
  CHECK(read->create_time == db.clock.Now());
  CHECK(read->etag == made->etag);
  CHECK(absl::IsNotFound(db.items.Get({}, "cup").status()));
}

TEST_CASE("an id is given once, unless the same request comes again") {
  Db db;
  const MutationId mutation = Db::Mutation("CreateItem", "r-1");
  const auto first = db.items.Create({}, mutation, Db::MakeItem("mug"), false);
  REQUIRE(first.ok());
  db.clock.Advance(absl::Minutes(1));
  const auto again = db.items.Create({}, mutation, Db::MakeItem("mug"), false);
  REQUIRE(again.ok());
  CHECK(again->etag == first->etag);
  CHECK(again->create_time == first->create_time);
  CHECK(absl::IsAlreadyExists(
      db.items.Create({}, Db::Mutation("CreateItem", "r-2"), Db::MakeItem("mug"), false).status()));
  const auto reused = db.items.Create({}, Db::Mutation("CreateItem", "r-1", "other body"),
                                      Db::MakeItem("cup"), false);
  CHECK(GetReason(reused.status()) == reason::kRequestIdReused);
}

TEST_CASE("a request that is only checked changes nothing") {
  Db db;
  REQUIRE(db.items.Create({}, Db::Mutation("CreateItem"), Db::MakeItem("mug"), true).ok());
  CHECK(absl::IsNotFound(db.items.Get({}, "mug").status()));
  const Item made = db.Create("mug");
  CHECK(absl::IsAlreadyExists(
      db.items.Create({}, Db::Mutation("CreateItem"), Db::MakeItem("mug"), true).status()));
  ItemUpdate update{Db::MakeItem("mug"), {ItemField::kTitle}};
  update.item.title = "Changed";
  REQUIRE(db.items.Update({}, Db::Mutation("UpdateItem"), update, true).ok());
  CHECK(db.items.Get({}, "mug")->title == made.title);
}

TEST_CASE("an update changes the named fields, and a stale etag is refused") {
  Db db;
  const Item made = db.Create("mug");
  ItemUpdate update{Db::MakeItem("mug"), {ItemField::kTitle, ItemField::kAvailable}};
  update.item.title = "Blue mug";
  update.item.available = false;
  update.item.category = "not named";
  update.item.etag = made.etag;
  db.clock.Advance(absl::Minutes(1));
  const auto updated = db.items.Update({}, Db::Mutation("UpdateItem"), update, false);
  REQUIRE(updated.ok());
  CHECK(updated->title == "Blue mug");
  CHECK(updated->category == "kitchen");
  CHECK(updated->etag != made.etag);
  CHECK(updated->update_time == db.clock.Now());
  CHECK(updated->create_time == made.create_time);
  const auto stale = db.items.Update({}, Db::Mutation("UpdateItem"), update, false);
  CHECK(GetReason(stale.status()) == reason::kEtagMismatch);
  update.item.id = "cup";
  CHECK(absl::IsNotFound(db.items.Update({}, Db::Mutation("UpdateItem"), update, false).status()));
}

TEST_CASE("an update that would break a limit changes nothing") {
  Db db;
  db.Create("mug");
  ItemUpdate update{Db::MakeItem("mug"), {ItemField::kCurrencyCode}};
  update.item.currency_code = "";  // a price without a currency
  const absl::Status status =
      db.items.Update({}, Db::Mutation("UpdateItem"), update, false).status();
  REQUIRE(absl::IsInvalidArgument(status));
  CHECK(GetFieldViolations(status).at(0).field == "item.currency_code");
  CHECK(db.items.Get({}, "mug")->currency_code == "GBP");
}

TEST_CASE("a deleted item is gone, and its id can be used again") {
  Db db;
  const Item made = db.Create("mug");
  CHECK(GetReason(db.items.Delete({}, Db::Mutation("DeleteItem"), "mug", "stale")) ==
        reason::kEtagMismatch);
  REQUIRE(db.items.Delete({}, Db::Mutation("DeleteItem", "d-1"), "mug", made.etag).ok());
  CHECK(db.items.Delete({}, Db::Mutation("DeleteItem", "d-1"), "mug", made.etag).ok());
  CHECK(absl::IsNotFound(db.items.Delete({}, Db::Mutation("DeleteItem"), "mug", "")));
  CHECK(absl::IsNotFound(db.items.Get({}, "mug").status()));
  CHECK(db.catalog.Snapshot()->Find("mug") == nullptr);
  db.Create("mug");
  CHECK(db.catalog.Snapshot()->Find("mug") != nullptr);
}

TEST_CASE("a batch makes new items, counts those there were, and is refused as a whole") {
  Db db;
  db.Create("b");
  const MutationId mutation = Db::Mutation("BatchCreateItems", "r-1");
  const std::vector<Item> batch = {Db::MakeItem("a"), Db::MakeItem("b"), Db::MakeItem("c"),
                                   Db::MakeItem("a")};
  const auto made = db.items.BatchCreate({}, mutation, batch);
  REQUIRE(made.ok());
  CHECK(made->created == 2);
  CHECK(made->existing == 2);
  CHECK(db.items.BatchCreate({}, mutation, batch)->created == 2);
  CHECK(db.items.BatchCreate({}, Db::Mutation("BatchCreateItems", "r-2"), batch)->created == 0);

  std::vector<Item> bad = {Db::MakeItem("d"), Db::MakeItem("e")};
  bad[1].title = "";
  bad[1].price_micros = -1;
  const absl::Status status =
      db.items.BatchCreate({}, Db::Mutation("BatchCreateItems"), bad).status();
  CHECK(GetFieldViolations(status).size() == 2);
  CHECK(absl::IsNotFound(db.items.Get({}, "d").status()));
  CHECK(absl::IsInvalidArgument(
      db.items.BatchCreate({}, Db::Mutation("BatchCreateItems"), {}).status()));
  CHECK(absl::IsInvalidArgument(
      db.items.BatchCreate({}, Db::Mutation("BatchCreateItems"), std::vector<Item>(1001))
          .status()));
}

TEST_CASE("pages follow each other by id without gaps") {
  Db db;
  for (const char* id : {"b", "a", "B", "c", "d"}) db.Create(id);
  std::vector<std::string> ids;
  std::string token;
  do {
    const auto page = db.items.List({}, 2, token);
    REQUIRE(page.ok());
    CHECK(page->items.size() <= 2);
    for (const Item& item : page->items) ids.push_back(item.id);
    token = page->next_page_token;
  } while (!token.empty());
  CHECK(ids == std::vector<std::string>{"B", "a", "b", "c", "d"});
  CHECK(absl::IsInvalidArgument(db.items.List({}, 2, "not a token").status()));
}

TEST_CASE("names that are not stored are reported in their order") {
  Db db;
  db.Create("a");
  CHECK(*db.items.Missing({}, {"z", "a", "m"}) == std::vector<std::string>{"z", "m"});
  CHECK(absl::IsInvalidArgument(db.items.Missing({}, {}).status()));
}

TEST_CASE("another replica follows every change of an item") {
  Db db;
  Catalog other(&db.item_store);
  db.Create("a");
  db.Create("b");
  REQUIRE(other.Refresh({}).ok());
  CHECK(other.Snapshot()->entries.size() == 2);
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
  CHECK(other.Snapshot()->entries.size() == 80);
}

}  // namespace
}  // namespace clientele::recommend
