#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_ITEM_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_ITEM_STORE_CONTRACT_H_

// What every ItemStore does, with the CatalogStore that tells of its items: run by the fake's test
// and by the one of PostgreSQL. Called from a TEST_CASE with a store without items.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/item_store.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend::testing {

struct ItemStoreUnderTest {
  ItemStore& items;
  CatalogStore& catalog;
  clientele::testing::FakeClock& clock;  // the store's
};

inline Item SampleItem(const std::string& id) {
  Item item;
  item.id = id;
  item.title = "Title of " + id;
  item.category = "kitchen";
  item.price_micros = 1'000'000;
  item.currency_code = "GBP";
  return item;
}

inline MutationId SampleMutation(std::string method, std::string request_id = "",
                                 std::string body = "body") {
  return {"tester", std::move(method), std::move(request_id), std::move(body)};
}

inline void CheckItemStoreContract(ItemStoreUnderTest under_test) {
  ItemStore& items = under_test.items;
  clientele::testing::FakeClock& clock = under_test.clock;
  const auto create = [&](const std::string& id) {
    const auto made = items.Create({}, SampleMutation("CreateItem"), SampleItem(id), false);
    REQUIRE(made.ok());
    return *made;
  };
  const auto is_there = [&](const std::string& id) {
    const auto item = items.Get({}, id);
    if (!item.ok()) REQUIRE(absl::IsNotFound(item.status()));
    return item.ok();
  };

  SECTION("an item is read back as it was made") {
    Item item = SampleItem("mug");
    item.description = "红色 \"mug\"\n";
    item.image_uri = "https://example.com/mug.png";
    item.parent_categories = {"家居", "kitchen \"ware\""};
    item.brand = "Acme";
    item.attributes = {{"color", "红"},
                       {"weight", 0.1},
                       {"tiny", 1e-300},
                       {"sizes", std::vector<std::string>{"S", "M\\L"}},
                       {"none", std::vector<std::string>{}}};
    item.additional_image_uris = {"https://example.com/2.png", "https://example.com/3.png"};
    item.available_from = absl::FromUnixMicros(1'700'000'000'000'001);
    item.available = false;
    const auto made = items.Create({}, SampleMutation("CreateItem"), item, false);
    REQUIRE(made.ok());
    const auto read = items.Get({}, "mug");
    REQUIRE(read.ok());
    CHECK(read->title == item.title);
    CHECK(read->description == item.description);
    CHECK(read->category == item.category);
    CHECK(read->price_micros == item.price_micros);
    CHECK(read->currency_code == item.currency_code);
    CHECK(read->image_uri == item.image_uri);
    CHECK(read->parent_categories == item.parent_categories);
    CHECK(read->brand == item.brand);
    CHECK(read->attributes == item.attributes);
    CHECK(read->additional_image_uris == item.additional_image_uris);
    CHECK(read->available_from == item.available_from);
    CHECK(read->available_until == absl::InfiniteFuture());
    CHECK(made->attributes == item.attributes);
    CHECK(made->available_from == item.available_from);
    CHECK(made->available_until == absl::InfiniteFuture());
    CHECK(!read->available);
    CHECK(read->create_time == clock.Now());
    CHECK(read->update_time == clock.Now());
    CHECK(read->etag == made->etag);
    CHECK(!is_there("cup"));
  }

  SECTION("an id is given once, unless the same request comes again") {
    const MutationId mutation = SampleMutation("CreateItem", "r-1");
    const auto first = items.Create({}, mutation, SampleItem("mug"), false);
    REQUIRE(first.ok());
    clock.Advance(absl::Minutes(1));
    const auto again = items.Create({}, mutation, SampleItem("mug"), false);
    REQUIRE(again.ok());
    CHECK(again->etag == first->etag);
    CHECK(again->create_time == first->create_time);
    CHECK(absl::IsAlreadyExists(
        items.Create({}, SampleMutation("CreateItem", "r-2"), SampleItem("mug"), false).status()));
    const auto reused = items.Create({}, SampleMutation("CreateItem", "r-1", "other body"),
                                     SampleItem("cup"), false);
    CHECK(GetReason(reused.status()) == reason::kRequestIdReused);
    CHECK(!is_there("cup"));
  }

  SECTION("a request that is only checked changes nothing, not even its id is used") {
    const MutationId mutation = SampleMutation("CreateItem", "r-1");
    REQUIRE(items.Create({}, mutation, SampleItem("mug"), true).ok());
    CHECK(!is_there("mug"));
    const auto made = items.Create({}, mutation, SampleItem("mug"), false);
    REQUIRE(made.ok());
    CHECK(absl::IsAlreadyExists(
        items.Create({}, SampleMutation("CreateItem"), SampleItem("mug"), true).status()));
    ItemUpdate update{SampleItem("mug"), {ItemField::kTitle}};
    update.item.title = "Changed";
    REQUIRE(items.Update({}, SampleMutation("UpdateItem"), update, true).ok());
    CHECK(items.Get({}, "mug")->title == made->title);
  }

  SECTION("an update changes the named fields, and a stale etag is refused") {
    const Item made = create("mug");
    ItemUpdate update{SampleItem("mug"), {ItemField::kTitle, ItemField::kAvailable}};
    update.item.title = "Blue mug";
    update.item.available = false;
    update.item.category = "not named";
    update.item.etag = made.etag;
    clock.Advance(absl::Minutes(1));
    const auto updated = items.Update({}, SampleMutation("UpdateItem"), update, false);
    REQUIRE(updated.ok());
    CHECK(updated->title == "Blue mug");
    CHECK(!updated->available);
    CHECK(updated->category == "kitchen");
    CHECK(updated->etag != made.etag);
    CHECK(updated->update_time == clock.Now());
    CHECK(updated->create_time == made.create_time);
    CHECK(items.Get({}, "mug")->etag == updated->etag);
    const auto stale = items.Update({}, SampleMutation("UpdateItem"), update, false);
    CHECK(GetReason(stale.status()) == reason::kEtagMismatch);
    update.item.id = "cup";
    CHECK(absl::IsNotFound(items.Update({}, SampleMutation("UpdateItem"), update, false).status()));
  }

  SECTION("an update that would break a limit changes nothing") {
    create("mug");
    ItemUpdate update{SampleItem("mug"), {ItemField::kCurrencyCode}};
    update.item.currency_code = "";  // a price without a currency
    const absl::Status status =
        items.Update({}, SampleMutation("UpdateItem"), update, false).status();
    REQUIRE(absl::IsInvalidArgument(status));
    CHECK(GetFieldViolations(status).at(0).field == "item.currency_code");
    CHECK(items.Get({}, "mug")->currency_code == "GBP");
  }

  SECTION("a deleted item is gone, and its id can be used again") {
    const Item made = create("mug");
    CHECK(GetReason(items.Delete({}, SampleMutation("DeleteItem"), "mug", "stale")) ==
          reason::kEtagMismatch);
    const MutationId mutation = SampleMutation("DeleteItem", "d-1");
    REQUIRE(items.Delete({}, mutation, "mug", made.etag).ok());
    CHECK(items.Delete({}, mutation, "mug", made.etag).ok());
    CHECK(absl::IsNotFound(items.Delete({}, SampleMutation("DeleteItem"), "mug", "")));
    CHECK(!is_there("mug"));
    create("mug");
    CHECK(is_there("mug"));
  }

  SECTION("a batch makes new items and counts those there were") {
    create("b");
    const MutationId mutation = SampleMutation("BatchCreateItems", "r-1");
    std::vector<Item> batch = {SampleItem("a"), SampleItem("b"), SampleItem("c"), SampleItem("a")};
    batch[0].parent_categories = {"home"};
    batch[0].attributes = {{"weight", 2.0}};
    batch[2].brand = "Acme";
    batch[2].available_until = absl::FromUnixSeconds(2'000);
    batch[1].title = batch[3].title = "Another";
    const auto made = items.BatchCreate({}, mutation, batch);
    REQUIRE(made.ok());
    CHECK(made->created == 2);
    CHECK(made->existing == 2);
    CHECK(items.Get({}, "a")->title == "Title of a");
    CHECK(items.Get({}, "a")->parent_categories == batch[0].parent_categories);
    CHECK(items.Get({}, "a")->attributes == batch[0].attributes);
    CHECK(items.Get({}, "b")->title == "Title of b");
    CHECK(items.Get({}, "c")->brand == "Acme");
    CHECK(items.Get({}, "c")->available_until == batch[2].available_until);
    CHECK(items.BatchCreate({}, mutation, batch)->created == 2);
    const auto other = items.BatchCreate({}, SampleMutation("BatchCreateItems", "r-2"), batch);
    CHECK(other->created == 0);
    CHECK(other->existing == 4);
  }

  SECTION("pages follow each other by id, in the order of its bytes, without gaps") {
    for (const char* id : {"b", "a", "B", "c", "d"}) create(id);
    std::vector<std::string> ids;
    std::string after;
    do {
      const auto page = items.List({}, after, 2);
      REQUIRE(page.ok());
      CHECK(page->items.size() <= 2);
      for (const Item& item : page->items) ids.push_back(item.id);
      after = page->next_id;
    } while (!after.empty());
    CHECK(ids == std::vector<std::string>{"B", "a", "b", "c", "d"});
    CHECK(items.List({}, "", 5)->next_id.empty());
  }

  SECTION("ids that are not stored are reported in their order") {
    create("a");
    CHECK(*items.Missing({}, {"z", "a", "m"}) == std::vector<std::string>{"z", "m"});
  }

  SECTION("who asks for what is new is told every change once") {
    create("a");
    create("b");
    const auto first = under_test.catalog.ItemsSince({}, 0);
    REQUIRE(first.ok());
    CHECK(first->changed.size() == 2);
    CHECK(first->deleted.empty());
    CHECK(under_test.catalog.ItemsSince({}, first->revision)->changed.empty());

    ItemUpdate update{SampleItem("a"),
                      {ItemField::kAvailable, ItemField::kBrand, ItemField::kAvailableUntil}};
    update.item.available = false;
    update.item.brand = "Acme";
    update.item.available_until = absl::FromUnixSeconds(2'000);
    update.item.attributes = {{"color", "red"}};
    update.attributes = {"color"};
    REQUIRE(items.Update({}, SampleMutation("UpdateItem"), update, false).ok());
    REQUIRE(items.Delete({}, SampleMutation("DeleteItem"), "b", "").ok());
    REQUIRE(items.BatchCreate({}, SampleMutation("BatchCreateItems"), {SampleItem("c")}).ok());
    auto second = under_test.catalog.ItemsSince({}, first->revision);
    REQUIRE(second.ok());
    CHECK(second->revision > first->revision);
    CHECK(second->deleted == std::vector<std::string>{"b"});
    std::ranges::sort(second->changed, {}, &CatalogItem::id);
    REQUIRE(second->changed.size() == 2);
    CHECK(second->changed[0].id == "a");
    CHECK(!second->changed[0].available);
    CHECK(second->changed[0].brand == "Acme");
    CHECK(second->changed[0].available_from == absl::InfinitePast());
    CHECK(second->changed[0].available_until == absl::FromUnixSeconds(2'000));
    CHECK(second->changed[0].attributes == update.item.attributes);
    CHECK(second->changed[1].id == "c");
    CHECK(second->changed[1].title == "Title of c");
    CHECK(second->changed[1].attributes.empty());

    create("b");
    const auto third = under_test.catalog.ItemsSince({}, second->revision);
    REQUIRE(third->changed.size() == 1);
    CHECK(third->changed[0].id == "b");
    CHECK(third->deleted.empty());
    CHECK(under_test.catalog.ItemsSince({}, third->revision)->revision == third->revision);
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_ITEM_STORE_CONTRACT_H_
