#include "services/profile-service/store/migrations.h"

#include "common/idempotency/ledger.h"

namespace clientele::profile {

std::vector<postgres::MigrationModule> MigrationModules() { return {LedgerMigrations()}; }

}  // namespace clientele::profile
