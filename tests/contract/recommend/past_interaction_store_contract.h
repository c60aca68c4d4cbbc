#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_PAST_INTERACTION_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_PAST_INTERACTION_STORE_CONTRACT_H_

// What every PastInteractionStore does: run by the fakes' test and by the one of PostgreSQL. Called
// from a TEST_CASE with empty stores.

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/items/recent_popularity.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "tests/contract/recommend/interaction_history_contract.h"

namespace clientele::recommend::testing {

inline void CheckPastInteractionStoreContract(FedStoresUnderTest under_test,
                                              PastInteractionStore& past) {
  using Catch::Approx;
  using changefeed::EventKind;
  const auto read = [&](absl::Time cut) {
    std::vector<PastInteractionsOfCustomer> customers;
    const absl::Status status = past.ReadPast({}, cut, [&](PastInteractionsOfCustomer customer) {
      customers.push_back(std::move(customer));
      return absl::OkStatus();
    });
    INFO(status);
    REQUIRE(status.ok());
    return customers;
  };

  SECTION("without interactions there is nothing to tell") {
    CHECK(*past.NewestInteraction({}) == std::nullopt);
    CHECK(read(FedTime(1)).empty());
  }

  SECTION("the cut parts what was known from what was chosen") {
    under_test.Feed(
        {FedEvent("ada", "e1", EventKind::kPurchase, "cup", 1),
         FedEvent("ada", "e2", EventKind::kPurchase, "cup", 5),
         FedEvent("ada", "e3", EventKind::kView, "cup", 9),
         FedEvent("ada", "e4", EventKind::kView, "lamp", 9),
         FedEvent("ada", "e5", EventKind::kCart, "mug", 5),
         FedEvent("ada", "e6", EventKind::kRating, "pot", 2, 4),
         FedEvent("ada", "e7", EventKind::kRating, "pot", 6, 1),
         FedEvent("bob", "e1", EventKind::kDismiss, "cup", 3),
         FedConsent("bob", consent::Purpose::kRecommendation, consent::Decision::kWithdrawn)});
    CHECK(*past.NewestInteraction({}) == FedTime(9));
    const auto customers = read(FedTime(5));
    REQUIRE(customers.size() == 2);
    CHECK(customers[0].customer_id == "ada");
    REQUIRE(customers[0].items.size() == 4);
    const auto& [cup, lamp, mug, pot] = std::tie(customers[0].items[0], customers[0].items[1],
                                                 customers[0].items[2], customers[0].items[3]);
    CHECK(AsTuple(cup.before) == std::tuple("cup", 0, 0, 1, 0, 0.0, FedTime(1), FedTime(1),
                                            absl::InfinitePast(), FedTime(1)));
    CHECK(cup.before_count == 1);
    CHECK(cup.before_recent == Approx(ForwardDecayed(1, FedTime(1))).epsilon(1e-12));
    CHECK(mug.before_recent == 0);
    CHECK(pot.before_recent == 0);
    CHECK(cup.chosen_later);
    CHECK(lamp.before.item_id == "lamp");
    CHECK(lamp.before_count == 0);
    CHECK(!lamp.chosen_later);
    CHECK(mug.before_count == 0);
    CHECK(mug.chosen_later);
    CHECK(pot.before.rating == 4);
    CHECK(!pot.chosen_later);
    CHECK(customers[1].items.at(0).before.dismiss_time == FedTime(3));
    CHECK(customers[1].consents.Of(consent::Purpose::kRecommendation) ==
          consent::Decision::kWithdrawn);
  }

  SECTION("the past of who was merged is the survivor's") {
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "cup", 1),
                     FedEvent("ada", "e2", EventKind::kPurchase, "mug", 6),
                     FedEvent("bob", "e1", EventKind::kPurchase, "cup", 2),
                     FedEvent("cy", "e1", EventKind::kView, "cup", 1), FedSurvivor("ada", "bob")});
    const auto customers = read(FedTime(5));
    REQUIRE(customers.size() == 2);
    CHECK(customers[0].customer_id == "bob");
    REQUIRE(customers[0].items.size() == 2);
    CHECK(customers[0].items[0].before.purchases == 2);
    CHECK(customers[0].items[0].before.purchase_time == FedTime(2));
    CHECK(customers[0].items[1].before.item_id == "mug");
    CHECK(customers[0].items[1].chosen_later);
    CHECK(customers[1].customer_id == "cy");
    under_test.Feed({FedSurvivor("ada", "")});
    CHECK(read(FedTime(5)).size() == 3);
  }

  SECTION("a sample is of those who knew something, chose something else, and consented") {
    for (const char* id : {"cup", "mug"}) under_test.CreateItem(id);
    under_test.Feed(
        {FedEvent("ada", "e1", EventKind::kPurchase, "cup", 0),
         FedEvent("ada", "e2", EventKind::kPurchase, "mug", 3 * 1440),
         FedEvent("ada", "e3", EventKind::kPurchase, "gone", 3 * 1440),
         FedEvent("bob", "e1", EventKind::kPurchase, "mug", 3 * 1440),
         FedEvent("eve", "e1", EventKind::kPurchase, "cup", 0),
         FedEvent("eve", "e2", EventKind::kPurchase, "cup", 3 * 1440),
         FedEvent("zoe", "e1", EventKind::kPurchase, "cup", 0),
         FedEvent("zoe", "e2", EventKind::kPurchase, "mug", 3 * 1440),
         FedConsent("zoe", consent::Purpose::kRecommendation, consent::Decision::kWithdrawn)});
    struct TwoItems final : CatalogStore {
      absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
        return CatalogChanges{.changed = {{"cup", "Cup", ""}, {"mug", "Mug", ""}}, .deleted = {}};
      }
      absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&,
                                                        std::int64_t) override {
        return PopularityChanges();
      }
    } catalog;
    const auto loaded = LoadRankingPast({}, past, catalog, {.held_out = absl::Hours(24)});
    INFO(loaded.status());
    REQUIRE(loaded.ok());
    CHECK(loaded->cut == FedTime(2 * 1440));
    REQUIRE(loaded->customers.size() == 1);
    CHECK(loaded->customers[0].before.at(0).item_id == "cup");
    CHECK(loaded->customers[0].later == std::vector<std::string>{"mug"});
    CHECK(loaded->before.customer_ids == std::vector<std::string>{"ada", "eve"});
    CHECK(loaded->before.examples.size() == 2);
    CHECK(loaded->before.interaction_count == 2);
    REQUIRE(loaded->popularity.size() == 2);
    CHECK(loaded->popularity[0].weight == 2);
    CHECK(loaded->popularity[1].weight == 0);
    CHECK(loaded->popularity[0].recent_sum == Approx(ForwardDecayed(2, FedTime(0))).epsilon(1e-12));
    CHECK(loaded->popularity[1].recent_sum == 0);
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_PAST_INTERACTION_STORE_CONTRACT_H_
