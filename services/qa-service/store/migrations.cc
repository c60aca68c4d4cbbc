#include "services/qa-service/store/migrations.h"

#include "common/idempotency/ledger.h"

namespace clientele::qa {

absl::Status MigrateSchema(postgres::ConnectionPool& pool) {
  postgres::MigrateOptions options;
  options.modules = {LedgerMigrations()};
  return postgres::Migrate(pool, kSchema, Migrations(), options);
}

absl::Status CheckSchema(postgres::ConnectionPool& pool) {
  return postgres::CheckSchemaVersion(pool, kSchema, Migrations(), {LedgerMigrations()});
}

}  // namespace clientele::qa
