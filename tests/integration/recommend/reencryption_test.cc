#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/store/encrypted_columns.h"
#include "tests/integration/recommend/recommend_database.h"
#include "tests/support/bytea_columns.h"

namespace clientele::recommend {
namespace {

TEST_CASE("every column of bytes is encrypted again after a rotation, or needs no key") {
  RecommendDatabase f;
  std::set<std::string> expected = clientele::testing::NamesOf(EncryptedColumns());
  expected.insert("recommend.customer_factors.factors");  // pseudonymous vectors
  expected.insert("recommend.request_ledger.body_hash");  // a keyed hash
  expected.insert("recommend.schema_migrations.sql_sha256");
  CHECK(clientele::testing::ByteaColumns(*f.pool, "recommend") == expected);
}

}  // namespace
}  // namespace clientele::recommend
