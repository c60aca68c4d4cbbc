#include "tests/integration/profile/pg_stores_under_test.h"

#include <catch2/catch_test_macros.hpp>

#include "common/status/status_macros.h"
#include "services/profile-service/store/migrations.h"

namespace clientele::profile::testing {

using clientele::testing::TestDatabase;

PgStoresUnderTest::PgStoresUnderTest(std::size_t connections, const EventRules& rules)
    : database_(TestDatabase::Migrated<MigrateSchema>()),
      pool_(database_.Pool(connections)),
      cipher_(crypto::Cipher::WithRandomKey()),
      ledger_(kSchema, &cipher_, &clock),
      customers_(pool_.get(), &ledger_, &cipher_, &clock),
      events_(pool_.get(), &ledger_, &cipher_, &clock, rules,
              {.recent = nullptr, .quarantine = &quarantine_meter_, .left_out = &left_out_meter_}),
      changes_(pool_.get(), &cipher_, &clock),
      behavior_(pool_.get(), &cipher_),
      consents_(pool_.get(), &ledger_, &clock),
      text_vectors_(pool_.get(), &cipher_),
      activity_(pool_.get()),
      segments_(pool_.get(), &ledger_),
      samples_(pool_.get()),
      profile_vectors_(pool_.get(), &cipher_),
      memberships_(pool_.get(), &cipher_),
      merges_(pool_.get(), &ledger_, &clock),
      media_(pool_.get(), &ledger_, &cipher_),
      quarantine_(pool_.get(), &ledger_, &cipher_, &clock),
      expiry_(pool_.get(), &clock),
      versions_(pool_.get()),
      overviews_(pool_.get(), &cipher_) {}

int64_t PgStoresUnderTest::Count(const postgres::Statement& statement,
                                 const std::vector<postgres::Value>& params) {
  int64_t count = 0;
  const absl::Status status =
      pool_->Transact({}, [&](postgres::Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows,
                                   transaction.Execute(statement, params));
        count = rows[0].Int64(0);
        return absl::OkStatus();
      });
  INFO(status.ToString());
  REQUIRE(status.ok());
  return count;
}

std::unique_ptr<StoresUnderTest> MakeStoresUnderTest() {
  return std::make_unique<PgStoresUnderTest>();
}

}  // namespace clientele::profile::testing
