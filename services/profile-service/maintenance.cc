#include "services/profile-service/maintenance.h"

#include "common/database/database.h"
#include "common/database/reencryption.h"
#include "common/time/clock.h"
#include "services/profile-service/store/changes/pg_change_store.h"
#include "services/profile-service/store/encrypted_columns.h"
#include "services/profile-service/store/migrations.h"

namespace clientele::profile {

absl::Status MigrateSchema(const ServerOptions& options) {
  return database::MigrateDatabase(
      options.database, options.host.service_name,
      [](postgres::ConnectionPool& pool) { return MigrateSchema(pool); });
}

absl::Status ReencryptData(const ServerOptions& options) {
  return database::ReencryptDatabase(options.database, options.host.service_name,
                                     EncryptedColumns());
}

absl::Status BeginFeedEpoch(const ServerOptions& options) {
  return database::MigrateDatabase(
      options.database, options.host.service_name, [](postgres::ConnectionPool& pool) {
        RequestContext context;
        context.deadline = SystemClock::Get()->Now() + absl::Seconds(30);
        return BeginEpoch(pool, context);
      });
}

}  // namespace clientele::profile
