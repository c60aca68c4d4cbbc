#ifndef CLIENTELE_COMMON_POSTGRES_MIGRATOR_H_
#define CLIENTELE_COMMON_POSTGRES_MIGRATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/postgres/connection_pool.h"

namespace clientele::postgres {

// One numbered step of a schema, forward only. Its SQL may hold several
// statements, runs inside a transaction, and names every table with its schema;
// `{schema}` stands for the name of the schema that is migrated.
// Expand first and contract in a later release: replicas of the version before
// serve while it runs.
struct Migration {
  int version;       // 1, 2, 3, ... without gaps
  const char* name;  // what it does, such as "customers"
  const char* sql;
};

// The tables that a shared module keeps in each service's schema, numbered on
// their own: LedgerMigrations() (common/idempotency), OperationMigrations()
// (common/operations).
struct MigrationModule {
  const char* name;  // such as "ledger"
  std::vector<Migration> migrations;
};

struct MigrateOptions {
  // Applied before the service's own migrations, in this order.
  std::vector<MigrationModule> modules = {};
  // When set, this role is granted USAGE on the schema and SELECT, INSERT, UPDATE,
  // DELETE on its tables, present and future (of the role that migrates), USAGE of
  // its sequences and nothing else: the role that a serving process uses. It must
  // exist. Lower-case letters, digits and _ only.
  std::string grant_to_role = {};
};

// Creates `schema` and <schema>.schema_migrations where missing, and applies the
// migrations that are not applied yet, in order, each in a transaction of its own,
// under an advisory lock: several may migrate at once, one does the work and the
// others wait and find it done. Repeating it changes nothing.
//
//   CLIENTELE_RETURN_IF_ERROR(Migrate(*pool, "profile", Migrations(),
//                                     {.modules = {LedgerMigrations(), OperationMigrations()}}));
//
// A schema that is newer than `migrations` is left as it is: OK.
//   FAILED_PRECONDITION  an applied migration's text was changed since
//   INVALID_ARGUMENT     `migrations` has gaps, or `schema` is not a plain name
//   INTERNAL             a migration failed; nothing of it stays. The message
//                        carries PostgreSQL's own, for the operator.
//   UNAVAILABLE          PostgreSQL cannot be reached
// Thread-safe.
absl::Status Migrate(ConnectionPool& pool, absl::string_view schema,
                     const std::vector<Migration>& migrations, const MigrateOptions& options = {});

// OK when `schema` is at the last of `migrations`, and of each module, or newer:
// what a serving process asks at its start. FAILED_PRECONDITION says to run
// --migrate_and_exit.
absl::Status CheckSchemaVersion(ConnectionPool& pool, absl::string_view schema,
                                const std::vector<Migration>& migrations,
                                const std::vector<MigrationModule>& modules = {});

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_MIGRATOR_H_
