#include "services/recommend-service/store/predictions/pg_prediction_store.h"

#include <cmath>
#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/store/predictions/prediction_codec.h"
#include "tests/contract/recommend/prediction_store_contract.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

using postgres::Statement;

constexpr Statement kCountPredictions{"test.count_predictions",
                                      "SELECT count(*) FROM recommend.predictions"};
constexpr Statement kCountReadable{
    "test.count_readable_predictions",
    "SELECT count(*) FROM recommend.predictions WHERE position('mug'::bytea IN content) > 0"};

TEST_CASE("PostgreSQL keeps the prediction store's contract") {
  RecommendDatabase db;
  SECTION("without a key ring") {
    PgPredictionStore store(db.pool.get(), nullptr);
    testing::CheckPredictionStoreContract({store, db.sink});
  }
  SECTION("with one") {
    const crypto::Cipher cipher = crypto::Cipher::WithRandomKey();
    PgPredictionStore store(db.pool.get(), &cipher);
    testing::CheckPredictionStoreContract({store, db.sink});
  }
}

TEST_CASE("with a key ring nobody reads in the table what a customer was recommended") {
  RecommendDatabase db;
  const crypto::Cipher cipher = crypto::Cipher::WithRandomKey();
  PgPredictionStore open(db.pool.get(), nullptr);
  PgPredictionStore sealed(db.pool.get(), &cipher);
  testing::PredictionsUnderTest{sealed, db.sink}.Know("ada");
  REQUIRE(open.Insert({}, testing::SamplePrediction("ada")).ok());
  CHECK(db.Count(kCountReadable) == 1);
  REQUIRE(sealed.Insert({}, testing::SamplePrediction("ada")).ok());
  CHECK(db.Count(kCountPredictions) == 2);
  CHECK(db.Count(kCountReadable) == 1);
}

TEST_CASE("predictions go with a snapshot without their customer, and with their age") {
  RecommendDatabase db;
  PgPredictionStore store(db.pool.get(), nullptr);
  testing::PredictionsUnderTest under_test{store, db.sink};
  for (const char* const customer : {"ada", "bob"}) {
    under_test.Know(customer);
    REQUIRE(store.Insert({}, testing::SamplePrediction(customer)).ok());
  }
  REQUIRE(db.Count(kCountPredictions) == 2);
  SECTION("a snapshot") {
    db.ApplySnapshotOf("bob");
    CHECK(db.Count(kCountPredictions) == 1);
  }
  SECTION("what is old is removed in parts") {
    const absl::Time made = testing::SamplePrediction("ada").create_time;
    const auto prune = [&](absl::Time before, std::int64_t limit) {
      return db.Pruned(&PgPredictionStore::Prune, before, limit);
    };
    CHECK(prune(made, 10) == 0);
    CHECK(prune(made + absl::Microseconds(1), 1) == 1);
    CHECK(prune(made + absl::Microseconds(1), 10) == 1);
  }
}

TEST_CASE("what a ranker was told is unknown stays unknown in a stored prediction") {
  Prediction prediction = testing::SamplePrediction("ada");
  prediction.inputs.items[0].features = {std::numeric_limits<float>::quiet_NaN(), 2};
  const auto read = DecodePrediction(EncodePrediction(prediction));
  REQUIRE(read.ok());
  CHECK(std::isnan(read->inputs.items[0].features.at(0)));
  CHECK(read->inputs.items[0].features.at(1) == 2);
}

TEST_CASE("what is no prediction is data loss") {
  for (const char* const text : {"", "{}", "[]", R"({"strategy": 9})", "\xff"}) {
    CHECK(absl::IsDataLoss(DecodePrediction(text).status()));
  }
}

}  // namespace
}  // namespace clientele::recommend
