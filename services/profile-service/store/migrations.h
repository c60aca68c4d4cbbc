#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MIGRATIONS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MIGRATIONS_H_

#include <vector>

#include "absl/status/status.h"

#include "common/postgres/connection_pool.h"
#include "common/postgres/migrator.h"

namespace clientele::profile {

inline constexpr char kSchema[] = "profile";

// store/migrations/*.sql, embedded.
const std::vector<postgres::Migration>& Migrations();

// Brings schema profile and the shared modules' tables in it to this binary's version.
absl::Status MigrateSchema(postgres::ConnectionPool& pool);
// OK when it is there, at this version or a newer one.
absl::Status CheckSchema(postgres::ConnectionPool& pool);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MIGRATIONS_H_
