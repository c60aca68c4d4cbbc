#include "services/profile-service/store/migrations.h"

#include "common/idempotency/ledger.h"

namespace clientele::profile {

absl::Status MigrateSchema(postgres::ConnectionPool& pool) {
  return postgres::Migrate(pool, kSchema, Migrations(), {.modules = {LedgerMigrations()}});
}

absl::Status CheckSchema(postgres::ConnectionPool& pool) {
  return postgres::CheckSchemaVersion(pool, kSchema, Migrations(), {LedgerMigrations()});
}

}  // namespace clientele::profile
