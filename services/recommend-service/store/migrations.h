#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_MIGRATIONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_MIGRATIONS_H_

#include <vector>

#include "absl/status/status.h"

#include "common/postgres/connection_pool.h"
#include "common/postgres/migrator.h"

namespace clientele::recommend {

inline constexpr char kSchema[] = "recommend";

// The service's own steps, from migrations/*.sql.
const std::vector<postgres::Migration>& Migrations();

// Brings the schema up to date: what --migrate_and_exit does. See
// postgres::Migrate for the errors.
absl::Status MigrateSchema(postgres::ConnectionPool& pool);
// OK when the schema is at least this binary's.
absl::Status CheckSchema(postgres::ConnectionPool& pool);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_MIGRATIONS_H_
