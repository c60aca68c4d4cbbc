#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_INTERACTION_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_INTERACTION_STORE_CONTRACT_H_

// What every InteractionStore does without the change feed: run by the fake's test and by the one
// of PostgreSQL. Called from a TEST_CASE with an empty store.

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/interactions/interaction_store.h"

namespace clientele::recommend::testing {

inline AnonymousInteraction AnonymousOf(const std::string& item, const std::string& id,
                                        InteractionType type) {
  return {item, id, type, absl::FromUnixSeconds(1'600'000'000), 1};
}

inline void CheckInteractionStoreContract(InteractionStore& store) {
  SECTION("anonymous interactions count once each, by type and item") {
    const std::vector<AnonymousInteraction> batch = {
        AnonymousOf("mug", "1", InteractionType::kPurchase),
        AnonymousOf("mug", "2", InteractionType::kPurchase),
        AnonymousOf("mug", "3", InteractionType::kReturn),
        AnonymousOf("mug", "4", InteractionType::kView),
        AnonymousOf("mug", "4", InteractionType::kView),
        AnonymousOf("cup", "4", InteractionType::kView)};
    const auto made = store.BatchCreateAnonymous({}, batch);
    REQUIRE(made.ok());
    CHECK(made->created == 5);
    CHECK(made->duplicates == 1);
    const auto again = store.BatchCreateAnonymous({}, batch);
    REQUIRE(again.ok());
    CHECK(again->created == 0);
    CHECK(again->duplicates == 6);

    const auto mug = store.Statistics({}, "mug");
    REQUIRE(mug.ok());
    CHECK(mug->purchases == 2);
    CHECK(mug->returns == 1);
    CHECK(mug->views == 1);
    CHECK(mug->customers == 0);
    CHECK(store.Statistics({}, "cup")->views == 1);
  }

  SECTION("an item that nobody touched has no statistics, and an unknown customer no history") {
    const auto statistics = store.Statistics({}, "nothing");
    REQUIRE(statistics.ok());
    CHECK(statistics->purchases + statistics->returns + statistics->views == 0);
    const auto history = store.History({}, "nobody", {"factorization/1", "t"});
    REQUIRE(history.ok());
    CHECK(history->items.empty());
    CHECK(!history->trained.has_value());
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_INTERACTION_STORE_CONTRACT_H_
