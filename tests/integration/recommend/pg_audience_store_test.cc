#include "services/recommend-service/store/audiences/pg_audience_store.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/recommend/audience_store_contract.h"
#include "tests/integration/recommend/recommend_database.h"

namespace clientele::recommend {
namespace {

TEST_CASE("PostgreSQL keeps the audience store's contract") {
  RecommendDatabase db;
  // Two customers a page, so that every pass reads several.
  PgAudienceStore store(db.pool.get(), 2);
  testing::CheckAudienceStoreContract(
      {db.sink, db.interaction_store, db.training_store, db.item_store}, store);
}

}  // namespace
}  // namespace clientele::recommend
