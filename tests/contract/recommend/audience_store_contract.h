#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_AUDIENCE_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_AUDIENCE_STORE_CONTRACT_H_

// What every AudienceStore reads of the customers that the change feed has told of: run by the
// fakes' test and by the one of PostgreSQL. Called from a TEST_CASE with empty stores.

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/audiences/audience_store.h"
#include "tests/contract/recommend/training_store_contract.h"

namespace clientele::recommend::testing {

inline void CheckAudienceStoreContract(FedStoresUnderTest under_test, AudienceStore& audiences) {
  using changefeed::EventKind;
  std::int64_t newest = 0;
  const auto read = [&](const AudienceRead& wanted) {
    std::vector<AudienceCandidate> all;
    const auto done = audiences.ReadCustomers({}, wanted, [&](auto candidates) {
      all.insert(all.end(), std::make_move_iterator(candidates.begin()),
                 std::make_move_iterator(candidates.end()));
      return absl::OkStatus();
    });
    INFO(done.status());
    REQUIRE(done.ok());
    newest = *done;
    return all;
  };
  const auto ids = [&](const AudienceRead& wanted) {
    std::vector<std::string> names;
    for (const AudienceCandidate& one : read(wanted)) names.push_back(one.customer_id);
    return names;
  };
  using Ids = std::vector<std::string>;

  SECTION("every customer with interactions is read once, by id") {
    CHECK(ids({}).empty());
    CHECK(newest == 0);
    under_test.Feed({FedEvent("eve", "e", EventKind::kView, "mug"),
                     FedEvent("ada", "e", EventKind::kPurchase, "mug"),
                     FedEvent("ada", "f", EventKind::kView, "cup"),
                     FedEvent("bob", "e", EventKind::kView, "mug"),
                     FedEvent("Bob", "e", EventKind::kView, "mug")});
    const auto all = read({});
    REQUIRE(all.size() == 4);
    CHECK(all[0].customer_id == "Bob");
    CHECK(all[1].customer_id == "ada");
    REQUIRE(all[1].items.size() == 2);
    CHECK(all[1].items[0].item_id == "cup");
    CHECK(all[1].items[1].purchases == 1);
    under_test.Feed({FedDeletion("ada")});
    CHECK(ids({}) == Ids{"Bob", "bob", "eve"});
  }

  SECTION("merged customers are read as one, who is left out for what any of them bought") {
    under_test.Feed({FedEvent("ada", "e", EventKind::kPurchase, "mug"),
                     FedEvent("bob", "e", EventKind::kView, "cup"),
                     FedEvent("cy", "e", EventKind::kView, "cup"), FedSurvivor("ada", "bob")});
    CHECK(ids({}) == Ids{"bob", "cy"});
    CHECK(read({})[0].items.size() == 2);
    CHECK(ids({.excluding_items = {"mug"}}) == Ids{"cy"});
    under_test.Feed({FedSurvivor("ada", "")});
    CHECK(ids({.excluding_items = {"mug"}}) == Ids{"bob", "cy"});
  }

  SECTION("trained factors take the place of items until something happens") {
    under_test.Feed({FedEvent("ada", "e", EventKind::kView, "mug"),
                     FedEvent("bob", "e", EventKind::kView, "mug")});
    std::string training;
    {
      auto turn = under_test.training.BeginTraining({}, "one");
      REQUIRE(turn.ok());
      training = (*turn)->training_id();
      TrainingSet set;
      set.customer_ids = {"ada", "bob"};
      for (const std::string& customer : set.customer_ids) {
        set.customer_revisions.push_back(
            under_test.interactions.History({}, customer, {})->revision);
      }
      REQUIRE(under_test.training
                  .SaveCustomerFactors({}, {"f/1", training}, "", set, FactorsFor({"ada", "bob"}))
                  .ok());
    }
    const AudienceRead wanted{.model = {"f/1", training}};
    auto all = read(wanted);
    REQUIRE(all.size() == 2);
    REQUIRE(all[1].trained.has_value());
    CHECK(all[1].trained->factors == std::vector<float>{2});
    CHECK(all[1].trained->bias == 0.25f);
    CHECK(all[1].items.empty());
    CHECK(!read({.model = {"f/1", "another"}}).at(1).trained.has_value());
    under_test.Feed({FedEvent("bob", "f", EventKind::kView, "cup")});
    all = read(wanted);
    CHECK(all[0].trained.has_value());
    CHECK(!all[1].trained.has_value());
    CHECK(all[1].items.size() == 2);
  }

  SECTION("who bought or has lately dismissed an item is left out where that is asked for") {
    under_test.Feed({FedEvent("ada", "e", EventKind::kPurchase, "mug", 1),
                     FedEvent("bob", "e", EventKind::kDismiss, "mug", 5),
                     FedEvent("cleo", "e", EventKind::kView, "mug", 5),
                     FedEvent("dora", "e", EventKind::kPurchase, "cup", 5),
                     FedEvent("dora", "f", EventKind::kReturn, "cup", 6),
                     FedEvent("eve", "e", EventKind::kDismiss, "cup", 5)});
    CHECK(ids({.excluding_items = {"mug"}}) == Ids{"cleo", "dora", "eve"});
    CHECK(ids({.excluding_items = {"cup", "mug"}}) == Ids{"cleo"});
    CHECK(ids({.excluding_items = {"mug"}, .dismissed_after = FedTime(5)}) ==
          Ids{"bob", "cleo", "dora", "eve"});
    CHECK(ids({.excluding_items = {"mug"}, .dismissed_after = FedTime(4)}) ==
          Ids{"cleo", "dora", "eve"});
  }

  SECTION("a later read can keep to those who did not change") {
    under_test.Feed({FedEvent("ada", "e", EventKind::kView, "mug"),
                     FedEvent("bob", "e", EventKind::kView, "mug")});
    ids({});
    const std::int64_t then = newest;
    CHECK(then > 0);
    under_test.Feed({FedEvent("ada", "f", EventKind::kView, "mug"),
                     FedEvent("eve", "e", EventKind::kView, "mug")});
    CHECK(ids({.newest_revision = then}) == Ids{"bob"});
    CHECK(newest > then);
    CHECK(ids({.newest_revision = newest}) == Ids{"ada", "bob", "eve"});
  }

  SECTION("an error of the reader ends the pass") {
    under_test.Feed({FedEvent("ada", "e", EventKind::kView, "mug")});
    CHECK(absl::IsCancelled(
        audiences.ReadCustomers({}, {}, [](auto) { return absl::CancelledError(""); }).status()));
  }

  SECTION("histories come in the order asked for") {
    under_test.Feed({FedEvent("ada", "e", EventKind::kView, "mug"),
                     FedEvent("bob", "e", EventKind::kPurchase, "cup"),
                     FedEvent("bob", "f", EventKind::kDismiss, "mug", 3)});
    const auto histories = audiences.Histories({}, {"bob", "nobody", "ada"});
    REQUIRE(histories.ok());
    REQUIRE(histories->size() == 3);
    REQUIRE(histories->at(0).size() == 2);
    CHECK(histories->at(0)[1].dismiss_time == FedTime(3));
    CHECK(histories->at(1).empty());
    CHECK(histories->at(2).at(0).views == 1);
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_AUDIENCE_STORE_CONTRACT_H_
