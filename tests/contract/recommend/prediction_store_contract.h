#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_PREDICTION_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_PREDICTION_STORE_CONTRACT_H_

// What every PredictionStore does: run by the fakes' test and by the one of PostgreSQL. Called from
// a TEST_CASE with empty stores.

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "common/changefeed/change_sink.h"
#include "services/recommend-service/core/predictions/prediction_store.h"
#include "tests/contract/recommend/feed.h"

namespace clientele::recommend::testing {

// A list of the hybrid and one of the factorization in one, with numbers that decimal digits do not
// hold.
inline Prediction SamplePrediction(const std::string& customer) {
  Prediction prediction;
  prediction.customer_id = customer;
  prediction.create_time = absl::FromUnixMicros(1'700'000'000'123'456);
  prediction.strategy = Strategy::kHybrid;
  prediction.models = {"factorization/3", "recommend-ranker/2"};
  prediction.item_ids = {"mug", "lamp"};
  prediction.scores = {1.0 / 3, -2.5e-300};
  prediction.inputs.factors = {0.1F, -1e-30F};
  prediction.inputs.bias = 1.0F / 3;
  prediction.inputs.training_id = "t1";
  prediction.inputs.sequence = {"cup", "rug"};
  prediction.inputs.items.resize(2);
  prediction.inputs.items[0].features = {1.0F / 7, 0, -3};
  prediction.inputs.items[0].ranks = {{"ease", 2}, {"popularity", 17}};
  prediction.inputs.items[1].estimate = EstimatedItem{{0.7F, 0.3F}, -0.2F};
  return prediction;
}

struct PredictionsUnderTest {
  PredictionStore& store;
  changefeed::ChangeSink& sink;

  void Tell(changefeed::Change::Kind kind, const std::string& customer) {
    Feed(sink, {CustomerChange(kind, customer)});
  }
  void Know(const std::string& customer) {
    Tell(changefeed::Change::Kind::kCustomerCreated, customer);
  }
};

inline void CheckPredictionStoreContract(PredictionsUnderTest under_test) {
  PredictionStore& store = under_test.store;

  SECTION("a prediction is read as it was stored, to the bit") {
    under_test.Know("ada");
    const auto id = store.Insert({}, SamplePrediction("ada"));
    REQUIRE(id.ok());
    REQUIRE_FALSE(id->empty());
    Prediction expected = SamplePrediction("ada");
    expected.id = *id;
    const auto read = store.Get({}, "ada", *id);
    INFO(read.status());
    REQUIRE(read.ok());
    CHECK(*read == expected);
  }

  SECTION("each has an id of its own, and is its customer's alone") {
    under_test.Know("ada");
    under_test.Know("bob");
    const auto first = store.Insert({}, SamplePrediction("ada"));
    const auto second = store.Insert({}, SamplePrediction("ada"));
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    CHECK(*first != *second);
    CHECK(absl::IsNotFound(store.Get({}, "bob", *first).status()));
    CHECK(absl::IsNotFound(store.Get({}, "ada", "none").status()));
  }

  SECTION("nothing is stored of a customer whom the feed has not told of") {
    CHECK(store.Insert({}, SamplePrediction("eve"))->empty());
  }

  SECTION("a deletion takes predictions along, and none comes after it") {
    under_test.Know("ada");
    under_test.Know("bob");
    const auto ada = store.Insert({}, SamplePrediction("ada"));
    const auto bob = store.Insert({}, SamplePrediction("bob"));
    under_test.Tell(changefeed::Change::Kind::kCustomerDeleted, "ada");
    CHECK(absl::IsNotFound(store.Get({}, "ada", *ada).status()));
    CHECK(store.Get({}, "bob", *bob).ok());
    CHECK(store.Insert({}, SamplePrediction("ada"))->empty());
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_PREDICTION_STORE_CONTRACT_H_
