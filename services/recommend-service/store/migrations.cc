#include "services/recommend-service/store/migrations.h"

#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"

namespace clientele::recommend {
namespace {

std::vector<postgres::MigrationModule> Modules() {
  return {LedgerMigrations(), operations::OperationMigrations()};
}

}  // namespace

absl::Status MigrateSchema(postgres::ConnectionPool& pool) {
  return postgres::Migrate(pool, kSchema, Migrations(), {.modules = Modules()});
}

absl::Status CheckSchema(postgres::ConnectionPool& pool) {
  return postgres::CheckSchemaVersion(pool, kSchema, Migrations(), Modules());
}

}  // namespace clientele::recommend
