#include "services/recommend-service/store/experiments/pg_experiment_store.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/recommend/experiment_store_contract.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

using postgres::Statement;

constexpr Statement kCountFeedback{"test.count_feedback",
                                   "SELECT count(*) FROM recommend.feedback"};
constexpr Statement kCountKnown{"test.count_known",
                                "SELECT count(*) FROM recommend.known_customers"};
constexpr Statement kCountRequests{"test.count_requests",
                                   "SELECT count(*) FROM recommend.request_ledger"};

TEST_CASE("PostgreSQL keeps the experiment store's contract") {
  RecommendDatabase db;
  PgExperimentStore store(db.pool.get(), &db.ledger, &db.clock);
  testing::CheckExperimentStoreContract({store, db.sink, db.clock});
}

TEST_CASE("feedback goes with its customer, and with its age") {
  RecommendDatabase db;
  PgExperimentStore store(db.pool.get(), &db.ledger, &db.clock);
  testing::ExperimentsUnderTest under_test{store, db.sink, db.clock};
  under_test.Know({"ada", "bob"});
  const auto record = [&](const std::string& customer, const std::string& request_id) {
    const auto recorded =
        store.Record({}, testing::SampleMutation("RecordFeedback", request_id),
                     {testing::SampleFeedback(customer, "f1", FeedbackType::kShown)});
    REQUIRE(recorded.ok());
  };
  record("ada", "r1");
  record("bob", "r2");
  // Of nobody known nothing stays, not even the request.
  record("eve", "r3");
  CHECK(db.Count(kCountFeedback) == 2);
  CHECK(db.Count(kCountRequests) == 2);
  SECTION("a deletion takes it along") {
    under_test.Tell(changefeed::Change::Kind::kCustomerDeleted, {"ada"});
    CHECK(db.Count(kCountFeedback) == 1);
    CHECK(db.Count(kCountKnown) == 1);
    CHECK(db.Count(kCountRequests) == 1);
  }
  SECTION("so does a snapshot without the customer") {
    db.ApplySnapshotOf("bob");
    CHECK(db.Count(kCountFeedback) == 1);
    CHECK(db.Count(kCountKnown) == 1);
  }
  SECTION("what is old is removed in parts") {
    db.clock.Advance(absl::Hours(1));
    const auto prune = [&](absl::Time before, std::int64_t limit) {
      return db.Pruned(&PgExperimentStore::PruneFeedback, before, limit);
    };
    CHECK(prune(db.clock.Now() - absl::Hours(1), 10) == 0);
    CHECK(prune(db.clock.Now(), 1) == 1);
    CHECK(prune(db.clock.Now(), 10) == 1);
  }
}

}  // namespace
}  // namespace clientele::recommend
