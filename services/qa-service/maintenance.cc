#include "services/qa-service/maintenance.h"

#include "common/database/database.h"
#include "common/database/reencryption.h"
#include "services/qa-service/store/encrypted_columns.h"
#include "services/qa-service/store/migrations.h"

namespace clientele::qa {

absl::Status MigrateSchema(const ServerOptions& options) {
  return database::MigrateDatabase(
      options.database, options.host.service_name,
      [](postgres::ConnectionPool& pool) { return MigrateSchema(pool); });
}

absl::Status ReencryptData(const ServerOptions& options) {
  return database::ReencryptDatabase(options.database, options.host.service_name,
                                     EncryptedColumns());
}

}  // namespace clientele::qa
