#include "services/recommend-service/core/items/item.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

Item Mug() {
  Item item;
  item.id = "mug-1";
  item.title = "Red mug";
  item.category = "kitchen";
  item.price_micros = 6'950'000;
  item.currency_code = "GBP";
  return item;
}

std::vector<FieldViolation> Violations(const Item& item) {
  FieldViolations violations;
  CheckItem(item, "item.", "item_id", violations);
  return GetFieldViolations(violations.ToStatus());
}

bool Refuses(const Item& item, const std::string& field) {
  const auto violations = Violations(item);
  return violations.size() == 1 && violations[0].field == field;
}

TEST_CASE("an item within its limits is accepted") {
  CHECK(Violations(Mug()).empty());
  Item largest = Mug();
  largest.id = std::string(64, 'a');
  largest.title = std::string(512, 't');
  largest.description = std::string(16 * 1024, 'd');
  largest.category = std::string(128, 'c');
  largest.image_uri = std::string(2048, 'u');
  CHECK(Violations(largest).empty());
  Item free = Mug();
  free.price_micros = 0;
  free.currency_code = "";
  free.title = "红色马克杯";
  CHECK(Violations(free).empty());
}

TEST_CASE("each limit of an item is checked") {
  Item item = Mug();
  SECTION("id") {
    item.id = "";
    CHECK(Refuses(item, "item_id"));
    item.id = "a b";
    CHECK(Refuses(item, "item_id"));
    item.id = std::string(65, 'a');
    CHECK(Refuses(item, "item_id"));
  }
  SECTION("title") {
    item.title = "";
    CHECK(Refuses(item, "item.title"));
    item.title = std::string(513, 't');
    CHECK(Refuses(item, "item.title"));
    item.title = "bad \xff text";
    CHECK(Refuses(item, "item.title"));
    item.title = std::string("nul\0nul", 7);
    CHECK(Refuses(item, "item.title"));
  }
  SECTION("description") {
    item.description = std::string(16 * 1024 + 1, 'd');
    CHECK(Refuses(item, "item.description"));
  }
  SECTION("category") {
    item.category = std::string(129, 'c');
    CHECK(Refuses(item, "item.category"));
  }
  SECTION("price") {
    item.price_micros = -1;
    CHECK(Refuses(item, "item.price_micros"));
  }
  SECTION("currency") {
    item.currency_code = "";
    CHECK(Refuses(item, "item.currency_code"));
    item.currency_code = "gbp";
    CHECK(Refuses(item, "item.currency_code"));
  }
  SECTION("image") {
    item.image_uri = std::string(2049, 'u');
    CHECK(Refuses(item, "item.image_uri"));
  }
}

TEST_CASE("every violation is reported at once") {
  Item item;
  item.price_micros = -5;
  CHECK(Violations(item).size() == 3);
}

TEST_CASE("an update takes over the named fields alone") {
  ItemUpdate update;
  update.item.title = "Blue mug";
  update.item.description = "ignored";
  update.item.available = false;
  update.fields = {ItemField::kTitle, ItemField::kAvailable};
  const Item updated = Updated(Mug(), update);
  CHECK(updated.title == "Blue mug");
  CHECK(updated.description.empty());
  CHECK(updated.category == "kitchen");
  CHECK(!updated.available);
}

}  // namespace
}  // namespace clientele::recommend
