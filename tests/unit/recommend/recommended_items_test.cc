// What items say of themselves, in recommendations: windows, filters, brands and attributes.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/recommend/mug_shop.h"

namespace clientele::recommend {
namespace {

TEST_CASE("an item is recommended while its window is open, by the clock and without a refresh") {
  MugShop shop;
  shop.Serve();
  const absl::Time now = shop.clock.Now();
  CatalogItem mug{"mug", "Red mug", "kitchen"};
  mug.available_from = now + absl::Hours(1);
  mug.available_until = now + absl::Hours(2);
  // Not in the model.
  CatalogItem brand_new{"new", "Brand new", "kitchen"};
  brand_new.available_until = now + absl::Hours(1);
  shop.stores.items.changed = {mug, brand_new};
  shop.stores.items.revision = 2;
  REQUIRE(shop.catalog.Refresh({}).ok());
  shop.stores.histories["ada"].items = {MugShop::Bought("cup")};
  shop.stores.histories["ada"].revision = 1;
  const auto shown = [&](const char* customer, const char* item) {
    return Contains(shop.Recommend({customer, 100}), item);
  };
  const auto similar = [&] {
    const auto list = shop.recommender.SimilarItems({}, {"cup", 100});
    REQUIRE(list.ok());
    return std::any_of(list->items.begin(), list->items.end(),
                       [](const SimilarItem& one) { return one.item_id == "mug"; });
  };
  for (const char* customer : {"ada", "nobody"}) {
    CHECK_FALSE(shown(customer, "mug"));
    CHECK(shown(customer, "new"));
  }
  CHECK_FALSE(similar());
  shop.clock.Advance(absl::Hours(1));
  for (const char* customer : {"ada", "nobody"}) {
    CHECK(shown(customer, "mug"));
    CHECK_FALSE(shown(customer, "new"));
  }
  CHECK(similar());
  CHECK(shop.recommender.Explain({}, {"ada", "mug"})->exclusions.empty());
  shop.clock.Advance(absl::Hours(1));
  for (const char* customer : {"ada", "nobody"}) CHECK_FALSE(shown(customer, "mug"));
  CHECK(shop.recommender.Explain({}, {"ada", "mug"})->exclusions ==
        std::vector<Exclusion>{Exclusion::kNotAvailable});
}

TEST_CASE("recommendations and similar items are filtered by brand, attribute and category path") {
  MugShop shop;
  shop.Serve();
  const auto item = [](std::string id, std::string category, std::string brand, double weight) {
    CatalogItem made{std::move(id), "Thing", std::move(category)};
    made.parent_categories = {"home"};
    made.brand = std::move(brand);
    made.attributes = {{"weight", weight}};
    return made;
  };
  shop.stores.items.changed = {item("cup", "kitchen", "Acme", 1), item("mug", "kitchen", "Acme", 2),
                               item("new", "kitchen", "Bolt", 1),
                               item("torch", "light", "Acme", 1)};
  shop.stores.items.revision = 2;
  REQUIRE(shop.catalog.Refresh({}).ok());
  shop.stores.histories["ada"].items = {MugShop::Bought("lamp")};
  shop.stores.histories["ada"].revision = 1;
  for (const char* customer : {"ada", "nobody"}) {
    RecommendQuery query{customer};
    query.filter.brands = {"Acme"};
    auto ids = Ids(shop.Recommend(query));
    std::sort(ids.begin(), ids.end());
    CHECK(ids == std::vector<std::string>{"cup", "mug", "torch"});
    query.filter.attributes = {{.attribute = "weight", .maximum = 1}};
    query.categories = {"kitchen"};
    CHECK(Ids(shop.Recommend(query)) == std::vector<std::string>{"cup"});
    query.filter = {};
    query.categories = {"home"};
    CHECK(Ids(shop.Recommend(query)).size() == 4);
    query.filter.brands = {"None"};
    CHECK(shop.Recommend(query).fallback == Fallback::kFilteredOut);
  }
  SimilarItemsQuery similar{"cup"};
  similar.filter.brands = {"Acme"};
  const auto list = shop.recommender.SimilarItems({}, similar);
  REQUIRE(list.ok());
  for (const SimilarItem& one : list->items) CHECK(one.item_id != "new");
  CHECK(std::any_of(list->items.begin(), list->items.end(),
                    [](const SimilarItem& one) { return one.item_id == "mug"; }));
  similar.filter.attributes = {{}};
  CHECK(absl::IsInvalidArgument(shop.recommender.SimilarItems({}, similar).status()));
}

TEST_CASE("a reason names the brand or attribute that raised the score, but nothing common") {
  MugShop shop;
  // Without biases, so that both cups raise the score.
  shop.model = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"mug", "cup", "lamp", "torch", "gone"},
      std::vector<float>{1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9, 1, 0}, std::vector<float>(5), 0.0f,
      ImplicitLossWeights{0, 0.1, 0.1});
  shop.Serve();
  const auto item = [](std::string id, std::string brand, std::string color) {
    CatalogItem made{std::move(id), "Thing", ""};
    made.brand = std::move(brand);
    made.attributes = {{"color", std::move(color)}, {"origin", "EU"}};
    return made;
  };
  // Cup, mug and gone lie along the first factor; six more items make "Acme" rare.
  shop.stores.items.changed = {item("cup", "Acme", "red"), item("gone", "Acme", "red"),
                               item("mug", "Acme", "blue"), item("lamp", "Bolt", "green"),
                               item("torch", "Bolt", "green")};
  for (const char* id : {"x1", "x2", "x3", "x4", "x5"}) {
    shop.stores.items.changed.push_back(item(id, "Core", "gray"));
  }
  shop.stores.items.revision = 2;
  REQUIRE(shop.catalog.Refresh({}).ok());
  shop.recommender.RefreshContent({});
  shop.stores.histories["ada"].items = {MugShop::Bought("cup"), MugShop::Bought("mug")};
  shop.stores.histories["ada"].revision = 1;
  const RecommendationList list = shop.Recommend({"ada", 100});
  const auto gone = std::find_if(list.recommendations.begin(), list.recommendations.end(),
                                 [](const Recommendation& r) { return r.item_id == "gone"; });
  REQUIRE(gone != list.recommendations.end());
  CHECK(HasReason(*gone, reason_code::kSharedBrand));
  CHECK_FALSE(HasReason(*gone, reason_code::kSharedAttribute));
  for (const Recommendation& one : list.recommendations) {
    if (one.item_id != "gone") CHECK_FALSE(HasReason(one, reason_code::kSharedBrand));
    for (const Reason& reason : one.reasons) {
      CHECK(reason.text.find("EU") == std::string::npos);
      if (reason.code == reason_code::kSharedBrand) {
        CHECK(reason.text == "By Acme, like other things you chose");
      }
    }
  }
  const auto similar = shop.recommender.SimilarItems({}, {"cup", 100});
  REQUIRE(similar.ok());
  for (const SimilarItem& one : similar->items) {
    if (one.item_id != "mug") continue;
    CHECK(std::any_of(one.reasons.begin(), one.reasons.end(), [](const Reason& reason) {
      return reason.code == reason_code::kSharedBrand && reason.text == "Also by Acme";
    }));
  }
}

}  // namespace
}  // namespace clientele::recommend
