#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MIGRATIONS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MIGRATIONS_H_

#include <vector>

#include "common/postgres/migrator.h"

namespace clientele::profile {

inline constexpr char kSchema[] = "profile";

// The service's own migrations, generated from store/migrations/*.sql.
const std::vector<postgres::Migration>& Migrations();
// Tables that shared modules keep in the schema.
std::vector<postgres::MigrationModule> MigrationModules();

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MIGRATIONS_H_
