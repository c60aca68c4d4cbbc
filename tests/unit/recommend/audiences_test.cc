#include "services/recommend-service/core/audiences/audiences.h"

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/items.h"
#include "services/recommend-service/core/ranking/recommender.h"
#include "tests/contract/recommend/memory_interactions.h"
#include "tests/contract/recommend/memory_stores.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;
using changefeed::Change;
using changefeed::EventKind;
using testing::FedDeletion;
using testing::FedEvent;

class ConsentOfSome final : public MarketingConsent {
 public:
  bool is_known() const override { return true; }
  absl::StatusOr<std::vector<std::string>> WithConsent(const RequestContext&,
                                                       std::vector<std::string> ids) override {
    std::erase_if(ids, [&](const std::string& id) { return withdrawn.contains(id); });
    return ids;
  }
  std::set<std::string> withdrawn;
};

// Mugs and cups lie along the first factor, lamps along the second; "new" is in no model.
struct Town {
  Town() {
    for (const auto& [id, title, category] :
         {std::tuple("mug", "Red mug", "kitchen"), std::tuple("cup", "White cup", "kitchen"),
          std::tuple("lamp", "Desk lamp", "light"), std::tuple("torch", "Garden torch", "light"),
          std::tuple("new", "Blue desk", "furniture")}) {
      Item item;
      item.id = id;
      item.title = title;
      item.category = category;
      REQUIRE(items.Create({}, {}, item, false).ok());
    }
    models.current = model;
    REQUIRE(catalog.Refresh({}).ok());
    recommender.RefreshContent({});
  }
  void Feed(const std::vector<Change>& changes) {
    REQUIRE(store.Apply(*store.LoadCursor(), {changes, "next"}).ok());
  }
  // Customers c00, c01 ... who did this and that.
  void Populate(int customers) {
    std::mt19937 random(7);
    constexpr EventKind kKinds[] = {EventKind::kView, EventKind::kCart, EventKind::kPurchase};
    const std::vector<std::string> ids = {"mug", "cup", "lamp", "torch", "new"};
    std::vector<Change> changes;
    for (int c = 0; c < customers; ++c) {
      const std::string customer = absl::StrCat("c", c / 10, c % 10);
      for (unsigned e = 0; e < 1 + random() % 6; ++e) {
        changes.push_back(FedEvent(customer, absl::StrCat("e", e), kKinds[random() % 3],
                                   ids[random() % ids.size()]));
      }
    }
    Feed(changes);
  }
  // Every page's members, in their order.
  std::vector<AudienceMember> All(Audiences& audiences, AudienceQuery query) {
    std::vector<AudienceMember> all;
    do {
      auto page = audiences.List({}, query);
      INFO(page.status());
      REQUIRE(page.ok());
      CHECK(page->members.size() <= static_cast<std::size_t>(query.page_size));
      std::move(page->members.begin(), page->members.end(), std::back_inserter(all));
      query.page_token = page->next_page_token;
    } while (!query.page_token.empty());
    return all;
  }
  // Who has a score of their own for an item, by ranking each customer for it alone.
  std::vector<AudiencePlace> ByRecommender(const std::string& item, bool exclude) {
    std::vector<AudiencePlace> places;
    for (int c = 0; c < 100; ++c) {
      const std::string customer = absl::StrCat("c", c / 10, c % 10);
      const auto ranked = recommender.Rank({}, {customer, {item}});
      REQUIRE(ranked.ok());
      if (ranked->list.strategy == Strategy::kPopular) continue;
      const auto history = store.History({}, customer, {});
      REQUIRE(history.ok());
      if (exclude && std::any_of(history->items.begin(), history->items.end(), [&](const auto& h) {
            return h.item_id == item && h.purchases > 0;
          })) {
        continue;
      }
      places.push_back({ranked->list.recommendations.at(0).score, customer});
    }
    std::sort(places.begin(), places.end(),
              [](const auto& a, const auto& b) { return IsBefore(a, b); });
    return places;
  }

  clientele::testing::FakeClock clock;
  testing::MemoryItems items{&clock};
  testing::MemoryInteractions store{&items};
  FakeCollaborativeModels models;
  std::shared_ptr<FakeCollaborativeModel> model = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"mug", "cup", "lamp", "torch"},
      std::vector<float>{1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f},
      std::vector<float>{0.1f, 0.2f, 0.3f, 0}, 0.5f, ImplicitLossWeights{0.1, 0.1, 0.1});
  Catalog catalog{&items};
  Recommender recommender{&catalog, &models, &store, &clock};
  ConsentOfSome consent;
  Audiences audiences{recommender.views(), &store, &consent, &clock, {.window_size = 7}};
};

std::vector<std::string> Ids(const std::vector<AudienceMember>& members) {
  std::vector<std::string> ids;
  ids.reserve(members.size());
  for (const AudienceMember& member : members) ids.push_back(member.customer_id);
  return ids;
}

TEST_CASE("an audience is every customer by their score for the item, over pages and windows") {
  Town town;
  town.Populate(40);
  const bool exclude = GENERATE(true, false);
  for (const int page_size : {1, 2, 7, 8, 1000}) {
    const auto all = town.All(town.audiences, {.target = ItemTarget{"mug"},
                                               .exclusion = exclude ? AudienceExclusion::kDefault
                                                                    : AudienceExclusion::kNone,
                                               .page_size = page_size});
    const auto expected = town.ByRecommender("mug", exclude);
    REQUIRE(all.size() == expected.size());
    CHECK(all.size() > 14);
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].score == Approx(expected[i].score).margin(1e-6));
      CHECK(!all[i].reasons.empty());
    }
    const std::vector<std::string> ids = Ids(all);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
  }
}

TEST_CASE("a category's score is the mean over its available items") {
  Town town;
  town.Populate(20);
  const auto mugs = town.All(town.audiences,
                             {.target = ItemTarget{"mug"}, .exclusion = AudienceExclusion::kNone});
  const auto cups = town.All(town.audiences,
                             {.target = ItemTarget{"cup"}, .exclusion = AudienceExclusion::kNone});
  const auto kitchen = town.All(town.audiences, {.target = CategoryTarget{"kitchen"}});
  const auto score = [](const std::vector<AudienceMember>& members, const std::string& id) {
    return std::find_if(members.begin(), members.end(),
                        [&](const AudienceMember& one) { return one.customer_id == id; })
        ->score;
  };
  REQUIRE(kitchen.size() == mugs.size());
  for (const AudienceMember& one : kitchen) {
    CHECK(one.score ==
          Approx((score(mugs, one.customer_id) + score(cups, one.customer_id)) / 2).margin(1e-6));
  }
  CHECK(absl::IsNotFound(town.audiences.List({}, {.target = CategoryTarget{"cheese"}}).status()));
}

TEST_CASE("a text stands for the items that say the same") {
  Town town;
  town.Feed({FedEvent("light", "e", EventKind::kPurchase, "torch"),
             FedEvent("kitchen", "e", EventKind::kPurchase, "cup")});
  const auto lamps = town.All(town.audiences, {.target = TextTarget{"new lamp for the garden"}});
  REQUIRE(lamps.size() == 2);
  CHECK(lamps[0].customer_id == "light");
  CHECK(lamps[0].reasons.at(0).code == reason_code::kSimilarToPurchase);
  CHECK(lamps[0].reasons.at(0).item_id == "torch");
  CHECK(town.All(town.audiences, {.target = TextTarget{"mug"}}).at(0).customer_id == "kitchen");
  CHECK(absl::IsNotFound(town.audiences.List({}, {.target = TextTarget{"zebra"}}).status()));
}

TEST_CASE("a reason names what raised the customer's score") {
  Town town;
  town.Feed({FedEvent("ada", "e", EventKind::kPurchase, "cup"),
             FedEvent("bob", "e", EventKind::kPurchase, "lamp")});
  const auto all = town.All(town.audiences, {.target = ItemTarget{"mug"}, .language = "zh"});
  REQUIRE(all.size() == 2);
  CHECK(all[0].customer_id == "ada");
  CHECK(all[0].reasons.at(0).code == reason_code::kSimilarToPurchase);
  CHECK(all[0].reasons.at(0).item_id == "cup");
  CHECK(all[0].reasons.at(0).text == "与您购买过的“White cup”相似");
}

TEST_CASE("pages tell of the customers as they were, and nobody comes twice") {
  Town town;
  town.Populate(40);
  const AudienceQuery first{.target = ItemTarget{"mug"}, .page_size = 5};
  const std::vector<std::string> expected = Ids(town.All(town.audiences, first));
  auto page = town.audiences.List({}, first);
  REQUIRE(page.ok());
  // The last of all becomes the best, one of the next page is erased, another one withdraws.
  town.Feed({FedEvent(expected.back(), "more", EventKind::kPurchase, "cup"),
             FedEvent("c99", "e", EventKind::kPurchase, "cup"), FedDeletion(expected[5])});
  town.consent.withdrawn = {expected[6]};
  const bool elsewhere = GENERATE(false, true);
  Audiences other(town.recommender.views(), &town.store, &town.consent, &town.clock,
                  {.window_size = 7});
  AudienceQuery rest = first;
  rest.page_token = page->next_page_token;
  auto ids = Ids(page->members);
  for (const AudienceMember& one : town.All(elsewhere ? other : town.audiences, rest)) {
    ids.push_back(one.customer_id);
  }
  std::vector<std::string> still = expected;
  still.erase(still.begin() + 5, still.begin() + 7);
  still.pop_back();
  CHECK(ids == still);
}

TEST_CASE("a token goes with its request and its model") {
  Town town;
  town.Populate(40);
  const auto page = town.audiences.List({}, {.target = ItemTarget{"mug"}, .page_size = 5});
  REQUIRE(page.ok());
  const auto error = [&](const AudienceQuery& query) {
    return town.audiences.List({}, query).status();
  };
  AudienceQuery other{.target = ItemTarget{"cup"}, .page_token = page->next_page_token};
  CHECK(GetReason(error(other)) == "AUDIENCE_CHANGED");
  other.page_token = "nonsense";
  CHECK(absl::IsInvalidArgument(error(other)));
  // While the window is there, the old model's page goes on; later it cannot.
  town.models.current = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"mug"}, std::vector<float>{3}, std::vector<float>{0}, 0.0f);
  const AudienceQuery same{.target = ItemTarget{"mug"}, .page_token = page->next_page_token};
  CHECK(town.audiences.List({}, same).ok());
  town.clock.Advance(absl::Minutes(1));
  town.audiences.DropIdle();
  CHECK(town.audiences.windows() == 0);
  CHECK(GetReason(error(same)) == "AUDIENCE_CHANGED");
  CHECK(absl::IsFailedPrecondition(error(same)));
}

TEST_CASE("who gave no consent is not in an audience, and an answer says what was asked") {
  Town town;
  town.Populate(30);
  const auto everybody = Ids(town.All(town.audiences, {.target = ItemTarget{"mug"}}));
  town.consent.withdrawn = {everybody[0], everybody[3]};
  const auto fewer = Ids(town.All(town.audiences, {.target = ItemTarget{"mug"}}));
  CHECK(fewer.size() == everybody.size() - 2);
  CHECK(fewer[0] == everybody[1]);
  CHECK(town.audiences.List({}, {.target = ItemTarget{"mug"}})->consent_checked);
  UnknownConsent unknown;
  Audiences unchecked(town.recommender.views(), &town.store, &unknown, &town.clock);
  CHECK(!unchecked.List({}, {.target = ItemTarget{"mug"}})->consent_checked);
  CHECK(Ids(town.All(unchecked, {.target = ItemTarget{"mug"}})) == everybody);
}

TEST_CASE("windows are few, and are forgotten a minute after their last use") {
  Town town;
  town.Populate(30);
  for (const char* item : {"mug", "cup", "lamp", "torch", "new"}) {
    REQUIRE(town.audiences.List({}, {.target = ItemTarget{item}}).ok());
    town.clock.Advance(absl::Seconds(1));
  }
  CHECK(town.audiences.windows() == 4);
  town.clock.Advance(absl::Seconds(57));
  town.audiences.DropIdle();
  CHECK(town.audiences.windows() == 2);
}

TEST_CASE("requests for an audience are checked, and need a model") {
  Town town;
  const auto error = [&](const AudienceQuery& query) {
    return town.audiences.List({}, query).status();
  };
  CHECK(absl::IsInvalidArgument(error({})));
  CHECK(absl::IsInvalidArgument(error({.target = CategoryTarget{""}})));
  CHECK(absl::IsInvalidArgument(error({.target = TextTarget{std::string(1025, 'x')}})));
  CHECK(absl::IsInvalidArgument(error({.target = ItemTarget{"mug"}, .page_size = 1001})));
  CHECK(absl::IsNotFound(error({.target = ItemTarget{"nothing"}})));
  CHECK(town.audiences.List({}, {.target = ItemTarget{"mug"}})->members.empty());
  town.models.current = nullptr;
  CHECK(GetReason(error({.target = ItemTarget{"mug"}})) == "NO_MODEL");
  RequestContext gone;
  gone.deadline = town.clock.Now();
  CHECK(
      absl::IsDeadlineExceeded(town.audiences.List(gone, {.target = ItemTarget{"mug"}}).status()));
}

}  // namespace
}  // namespace clientele::recommend
