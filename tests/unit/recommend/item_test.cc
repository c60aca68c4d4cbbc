#include "services/recommend-service/core/items/item.h"

#include <limits>
#include <string>
#include <variant>
#include <vector>

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

TEST_CASE("each limit of an item's details is checked") {
  Item item = Mug();
  item.parent_categories = {"home", std::string(128, 'c')};
  item.brand = std::string(128, 'b');
  item.attributes = {{"color", "red"}, {"weight", 0.3}, {"sizes", std::vector<std::string>{"S"}}};
  item.additional_image_uris = std::vector<std::string>(16, "https://example.com/mug.png");
  item.available_from = absl::FromUnixSeconds(1'000);
  item.available_until = absl::FromUnixSeconds(1'001);
  CHECK(Violations(item).empty());
  SECTION("categories above") {
    item.parent_categories = std::vector<std::string>(9, "home");
    CHECK(Refuses(item, "item.parent_categories"));
    item.parent_categories = {"home", ""};
    CHECK(Refuses(item, "item.parent_categories[1]"));
    item.parent_categories = {"home"};
    item.category = "";
    CHECK(Refuses(item, "item.parent_categories"));
  }
  SECTION("brand") {
    item.brand = std::string(129, 'b');
    CHECK(Refuses(item, "item.brand"));
  }
  SECTION("attributes") {
    item.attributes = {{"", "red"}};
    CHECK(Refuses(item, "item.attributes"));
    item.attributes = {{"color", ""}};
    CHECK(Refuses(item, "item.attributes.color"));
    item.attributes = {{"color", "bad \xff text"}};
    CHECK(Refuses(item, "item.attributes.color"));
    item.attributes = {{"weight", std::numeric_limits<double>::quiet_NaN()}};
    CHECK(Refuses(item, "item.attributes.weight"));
    item.attributes = {{"sizes", std::vector<std::string>(33, "S")}};
    CHECK(Refuses(item, "item.attributes.sizes"));
    item.attributes.clear();
    for (int i = 0; i < 65; ++i) item.attributes["a" + std::to_string(i)] = 1.0;
    CHECK(Refuses(item, "item.attributes"));
    item.attributes = {{"notes", std::vector<std::string>(17, std::string(500, 'n'))}};
    CHECK(Refuses(item, "item.attributes"));
  }
  SECTION("pictures") {
    item.additional_image_uris.push_back("https://example.com/mug.png");
    CHECK(Refuses(item, "item.additional_image_uris"));
    item.additional_image_uris = {std::string(2049, 'u')};
    CHECK(Refuses(item, "item.additional_image_uris[0]"));
  }
  SECTION("the window") {
    item.available_until = item.available_from;
    CHECK(Refuses(item, "item.available_until"));
  }
}

TEST_CASE("an update takes over single attributes, and removes those that it lacks") {
  Item item = Mug();
  item.attributes = {{"color", "red"}, {"weight", 0.3}, {"sizes", std::vector<std::string>{"S"}}};
  ItemUpdate update;
  update.item.attributes = {{"color", "blue"}};
  update.attributes = {"color", "weight"};
  const ItemAttributes changed = Updated(item, update).attributes;
  CHECK(changed.size() == 2);
  CHECK(std::get<std::string>(changed.at("color")) == "blue");
  CHECK(changed.contains("sizes"));
  update.fields = {ItemField::kAttributes};
  update.attributes.clear();
  CHECK(Updated(item, update).attributes == update.item.attributes);
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
