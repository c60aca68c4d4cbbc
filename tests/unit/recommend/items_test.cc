#include "services/recommend-service/core/items/items.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/recommend/item_store_contract.h"
#include "tests/contract/recommend/memory_stores.h"

namespace clientele::recommend {
namespace {

using testing::SampleItem;
using testing::SampleMutation;

struct Shop {
  void Create(const std::string& id) {
    REQUIRE(items.Create({}, SampleMutation("CreateItem"), SampleItem(id), false).ok());
  }

  clientele::testing::FakeClock clock;
  testing::MemoryItems store{&clock};
  Catalog catalog{&store};
  Items items{&store, &catalog};
};

TEST_CASE("who made, changed or deleted an item finds it so in the catalog, which is read once") {
  Shop shop;
  shop.Create("mug");
  CHECK(shop.catalog.Snapshot()->Find("mug") == nullptr);  // no write waits for the catalog
  REQUIRE(shop.catalog.Current({})->Find("mug") != nullptr);
  ItemUpdate update{SampleItem("mug"), {ItemField::kAvailable}};
  update.item.available = false;
  REQUIRE(shop.items.Update({}, SampleMutation("UpdateItem"), update, false).ok());
  CHECK(!shop.catalog.Current({})->Find("mug")->item->available);
  REQUIRE(shop.items.Delete({}, SampleMutation("DeleteItem"), "mug", "").ok());
  CHECK(shop.catalog.Current({})->Find("mug") == nullptr);
}

TEST_CASE("a batch with a bad item is refused as a whole, with every violation") {
  Shop shop;
  std::vector<Item> bad = {SampleItem("d"), SampleItem("e")};
  bad[1].title = "";
  bad[1].price_micros = -1;
  const auto create = [&](const std::vector<Item>& batch) {
    return shop.items.BatchCreate({}, SampleMutation("BatchCreateItems"), batch).status();
  };
  CHECK(GetFieldViolations(create(bad)).size() == 2);
  CHECK(absl::IsNotFound(shop.items.Get({}, "d").status()));
  CHECK(absl::IsInvalidArgument(create({})));
  CHECK(absl::IsInvalidArgument(create(std::vector<Item>(1001))));
}

TEST_CASE("pages follow each other by token, and a token that is not ours is refused") {
  Shop shop;
  for (const char* id : {"b", "a", "c"}) shop.Create(id);
  const auto first = shop.items.List({}, 2, "");
  REQUIRE(first.ok());
  CHECK(first->items.size() == 2);
  const auto second = shop.items.List({}, 2, first->next_page_token);
  REQUIRE(second.ok());
  REQUIRE(second->items.size() == 1);
  CHECK(second->items[0].id == "c");
  CHECK(second->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(shop.items.List({}, 2, "not a token").status()));
}

TEST_CASE("a check of no names is refused") {
  Shop shop;
  CHECK(absl::IsInvalidArgument(shop.items.Missing({}, {}).status()));
}

}  // namespace
}  // namespace clientele::recommend
