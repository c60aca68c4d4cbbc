#include "services/recommend-service/core/items/item_filter.h"

#include <limits>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/items/category_numbers.h"

namespace clientele::recommend {
namespace {

CatalogItem RedMug() {
  CatalogItem item{"mug", "Red mug", "mugs"};
  item.brand = "Acme";
  item.attributes = {
      {"color", "red"}, {"weight", 0.3}, {"sizes", std::vector<std::string>{"S", "M"}}};
  return item;
}

TEST_CASE("a filter wants one of the brands") {
  CHECK(ItemFilter().Matches(RedMug()));
  CHECK(ItemFilter{.brands = {"Other", "Acme"}}.Matches(RedMug()));
  CHECK_FALSE(ItemFilter{.brands = {"Other"}}.Matches(RedMug()));
}

TEST_CASE("a filter wants all conditions on attributes to hold") {
  const auto matches = [](std::vector<AttributeCondition> conditions) {
    return ItemFilter{.attributes = std::move(conditions)}.Matches(RedMug());
  };
  CHECK(matches({{.attribute = "color"}}));
  CHECK_FALSE(matches({{.attribute = "material"}}));
  CHECK(matches({{.attribute = "color", .any_of = {"blue", "red"}}}));
  CHECK_FALSE(matches({{.attribute = "color", .any_of = {"blue"}}}));
  CHECK(matches({{.attribute = "sizes", .any_of = {"M", "L"}}}));
  CHECK_FALSE(matches({{.attribute = "sizes", .any_of = {"L"}}}));
  CHECK(matches({{.attribute = "weight", .minimum = 0.3, .maximum = 0.3}}));
  CHECK_FALSE(matches({{.attribute = "weight", .minimum = 0.4}}));
  CHECK_FALSE(matches({{.attribute = "weight", .maximum = 0.2}}));
  CHECK_FALSE(matches({{.attribute = "color", .minimum = 0.0}}));
  CHECK_FALSE(matches({{.attribute = "weight", .any_of = {"0.3"}}}));
  CHECK_FALSE(matches(
      {{.attribute = "color", .any_of = {"red"}}, {.attribute = "sizes", .any_of = {"L"}}}));
}

TEST_CASE("each limit of a filter is checked") {
  const auto violations = [](const ItemFilter& filter) {
    FieldViolations found;
    CheckItemFilter(filter, "filter", found);
    std::vector<std::string> fields;
    for (const FieldViolation& one : GetFieldViolations(found.ToStatus())) {
      fields.push_back(one.field);
    }
    return fields;
  };
  using Fields = std::vector<std::string>;
  CHECK(violations({.brands = std::vector<std::string>(100, "b")}).empty());
  CHECK(violations({.brands = std::vector<std::string>(101, "b")}) == Fields{"filter.brands"});
  CHECK(violations({.attributes = {{}}}) == Fields{"filter.attributes[0].attribute"});
  CHECK(violations({.attributes = {{.attribute = "a", .minimum = 2, .maximum = 1}}}) ==
        Fields{"filter.attributes[0].maximum"});
  CHECK(violations({.attributes = {{.attribute = "a",
                                    .minimum = std::numeric_limits<double>::quiet_NaN()}}}) ==
        Fields{"filter.attributes[0]"});
  CHECK(violations({.attributes = std::vector<AttributeCondition>(17, {.attribute = "a"})}) ==
        Fields{"filter.attributes"});
}

TEST_CASE("a path is within each of its categories, and is not another path to the same one") {
  CategoryNumbers numbers;
  const std::int32_t mugs = numbers.Number({"home", "kitchen"}, "mugs");
  const std::int32_t gifts = numbers.Number({"gifts"}, "mugs");
  const std::int32_t home = numbers.Number({}, "home");
  CHECK(numbers.Number({"home", "kitchen"}, "mugs") == mugs);
  CHECK(numbers.Number({}, "") == 0);
  CHECK(numbers.Within("mugs") == std::vector<std::int32_t>{mugs, gifts});
  CHECK(numbers.Within("home") == std::vector<std::int32_t>{mugs, home});
  CHECK(numbers.Within("kitchen") == std::vector<std::int32_t>{mugs});
  CHECK(numbers.Within("garden").empty());
  CHECK(numbers.Name(gifts) == "mugs");
}

}  // namespace
}  // namespace clientele::recommend
