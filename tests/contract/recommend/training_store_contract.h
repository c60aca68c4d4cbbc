#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_TRAINING_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_TRAINING_STORE_CONTRACT_H_

// What every TrainingStore does, with the change feed that gives it interactions and the
// InteractionStore that serves its factors: run by the fakes' test and by the one of PostgreSQL.
// Called from a TEST_CASE with empty stores.

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/recommend-service/core/training/training.h"
#include "tests/contract/recommend/interaction_history_contract.h"

namespace clientele::recommend::testing {

// Factors of one dimension for these customers: 1, 2, ...
inline Factorization FactorsFor(const std::vector<std::string>& customers) {
  Factorization factors;
  factors.dimension = 1;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    factors.customer_factors.push_back(static_cast<float>(i + 1));
    factors.customer_biases.push_back(0.25f);
  }
  return factors;
}

inline void CheckTrainingStoreContract(FedStoresUnderTest under_test) {
  using changefeed::EventKind;
  TrainingStore& training = under_test.training;
  InteractionStore& interactions = under_test.interactions;
  const auto begin = [&](const std::string& name) {
    auto turn = training.BeginTraining({}, name);
    INFO(turn.status());
    REQUIRE(turn.ok());
    REQUIRE(*turn != nullptr);
    return *std::move(turn);
  };
  const auto revision = [&](const std::string& customer) {
    const auto history = interactions.History({}, customer, {});
    REQUIRE(history.ok());
    return history->revision;
  };
  const auto save = [&](const std::string& training_id, const std::string& model,
                        const std::string& serving, const std::vector<std::string>& customers) {
    TrainingSet set;
    set.customer_ids = customers;
    for (const std::string& customer : customers) {
      set.customer_revisions.push_back(revision(customer));
    }
    return training.SaveCustomerFactors({}, {model, training_id}, serving, set,
                                        FactorsFor(customers));
  };
  const auto trained = [&](const std::string& customer, const ModelIdentity& model) {
    const auto history = interactions.History({}, customer, model);
    REQUIRE(history.ok());
    return history->trained;
  };

  SECTION("a training reads one preference for each customer and item of the catalog") {
    under_test.CreateItem("mug");
    under_test.CreateItem("cup");
    under_test.CreateItem("untouched");
    under_test.Feed({FedEvent("ada", "e1", EventKind::kView, "mug", 2),
                     FedEvent("ada", "e2", EventKind::kPurchase, "mug", 1),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug", 3),
                     FedEvent("bob", "e2", EventKind::kPurchase, "unknown", 3),
                     FedEvent("bob", "e3", EventKind::kPurchase, "cup", 4),
                     FedEvent("eve", "e1", EventKind::kPurchase, "unknown", 4)});
    const auto set = training.LoadTrainingSet({});
    REQUIRE(set.ok());
    CHECK(set->customer_ids == std::vector<std::string>{"ada", "bob"});
    CHECK(set->item_ids == std::vector<std::string>{"cup", "mug"});
    REQUIRE(set->examples.size() == 3);
    CHECK(set->examples[0].customer == 0);
    CHECK(set->examples[0].item == 1);
    CHECK(set->examples[0].value > 1.05f);
    CHECK(set->examples[0].time == absl::ToUnixMicros(FedTime(1)));
    CHECK(set->examples[1].customer == 1);
    CHECK(set->examples[1].item == 0);
    CHECK(set->examples[1].value == 1.0f);
    CHECK(set->examples[2].item == 1);
    CHECK(set->interaction_count == 4);
    CHECK(set->newest == FedTime(4));
    CHECK(set->customer_revisions == std::vector<std::int64_t>{revision("ada"), revision("bob")});
  }

  SECTION("a training counts a dismissal against the item") {
    under_test.CreateItem("mug");
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug", 1),
                     FedEvent("ada", "e2", EventKind::kDismiss, "mug", 2),
                     FedEvent("bob", "e1", EventKind::kDismiss, "mug", 3)});
    const auto set = training.LoadTrainingSet({});
    REQUIRE(set.ok());
    REQUIRE(set->examples.size() == 2);
    CHECK(set->examples[0].value == 0.25f);
    CHECK(set->examples[1].value == -0.75f);
  }

  SECTION("one training runs at a time, and another is told which") {
    auto first = begin("operations/one");
    CHECK(first->training_id().size() == 32);
    CHECK(first->Check().ok());
    const absl::Status refused = training.BeginTraining({}, "operations/two").status();
    CHECK(absl::IsFailedPrecondition(refused));
    CHECK(GetReason(refused) == "TRAINING_RUNNING");
    CHECK(std::string(refused.message()).find("operations/one") != std::string::npos);
    const std::string first_id = first->training_id();
    first.reset();
    CHECK(begin("operations/two")->training_id() != first_id);
  }

  SECTION("when a training last began is known, also after it has ended") {
    CHECK(*training.GetLastTraining({}) == std::nullopt);
    const absl::Time before = absl::Now() - absl::Minutes(1);
    {
      const auto turn = begin("operations/one");
      const auto last = training.GetLastTraining({});
      REQUIRE(last.ok());
      REQUIRE(last->has_value());
      CHECK((*last)->is_running);
      CHECK((*last)->start_time > before);
      CHECK((*last)->start_time < absl::Now() + absl::Minutes(1));
    }
    const auto ended = training.GetLastTraining({});
    REQUIRE(ended.ok());
    REQUIRE(ended->has_value());
    CHECK(!(*ended)->is_running);
    const absl::Time first = (*ended)->start_time;
    begin("operations/two").reset();
    CHECK((*training.GetLastTraining({}))->start_time > first);
  }

  SECTION("a training that begins again takes its own turn over") {
    const auto dead = begin("operations/one");
    const auto again = begin("operations/one");
    CHECK(again->training_id() != dead->training_id());
    under_test.Feed({FedEvent("bob", "e1", EventKind::kPurchase, "mug")});
    CHECK(GetReason(save(dead->training_id(), "f/1", "", {"bob"})) == "TRAINING_TURN_LOST");
    CHECK(save(again->training_id(), "f/1", "", {"bob"}).ok());
  }

  SECTION("factors serve with the model of their own training alone") {
    under_test.Feed({FedEvent("bob", "e1", EventKind::kPurchase, "mug")});
    std::string id;
    {
      const auto turn = begin("one");
      id = turn->training_id();
      REQUIRE(save(id, "f/1", "", {"bob"}).ok());
    }
    const auto factors = trained("bob", {"f/1", id});
    REQUIRE(factors.has_value());
    CHECK(factors->factors == std::vector<float>{1});
    CHECK(factors->bias == 0.25f);
    CHECK(!trained("bob", {"f/1", "another"}).has_value());
    CHECK(!trained("bob", {"f/1", ""}).has_value());
    CHECK(!trained("bob", {"f/2", id}).has_value());
    // Of a model folder that was emptied: the same version, another training.
    const auto turn = begin("two");
    REQUIRE(save(turn->training_id(), "f/1", "f/1", {"bob"}).ok());
    CHECK(!trained("bob", {"f/1", id}).has_value());
    CHECK(trained("bob", {"f/1", turn->training_id()}).has_value());
  }

  SECTION("factors serve a customer until something happens that they were not trained on") {
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug"),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug")});
    const auto turn = begin("one");
    REQUIRE(save(turn->training_id(), "f/1", "", {"ada", "bob"}).ok());
    under_test.Feed({FedEvent("ada", "e2", EventKind::kView, "cup")});
    CHECK(!trained("ada", {"f/1", turn->training_id()}).has_value());
    CHECK(trained("bob", {"f/1", turn->training_id()}).has_value());
    REQUIRE(save(turn->training_id(), "f/1", "", {"ada", "bob"}).ok());
    CHECK(trained("ada", {"f/1", turn->training_id()}).has_value());
  }

  SECTION("factors are kept for the new model and the one that serves") {
    under_test.Feed({FedEvent("bob", "e1", EventKind::kPurchase, "mug")});
    std::vector<ModelIdentity> models;
    for (const std::string version : {"f/1", "f/2", "f/3"}) {
      const auto turn = begin(version);
      models.push_back({version, turn->training_id()});
      REQUIRE(save(turn->training_id(), version, version == "f/1" ? "" : "f/2", {"bob"}).ok());
    }
    CHECK(!trained("bob", models[0]).has_value());
    CHECK(trained("bob", models[1]).has_value());
    CHECK(trained("bob", models[2]).has_value());
  }

  SECTION("factors of a customer who was erased during the training are not stored") {
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug"),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug")});
    const auto turn = begin("one");
    under_test.Feed({FedDeletion("ada")});
    REQUIRE(save(turn->training_id(), "f/1", "", {"ada", "bob"}).ok());
    CHECK(!trained("ada", {"f/1", turn->training_id()}).has_value());
    CHECK(trained("bob", {"f/1", turn->training_id()})->factors == std::vector<float>{2});
    under_test.Feed({FedDeletion("bob")});
    CHECK(!trained("bob", {"f/1", turn->training_id()}).has_value());
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_TRAINING_STORE_CONTRACT_H_
