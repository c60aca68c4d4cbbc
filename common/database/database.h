#ifndef CLIENTELE_COMMON_DATABASE_DATABASE_H_
#define CLIENTELE_COMMON_DATABASE_DATABASE_H_

// A service's way to PostgreSQL.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       auto pool, OpenDatabase(options.database, {.application_name = "qa-service",
//                                                  .log = &host->logger(),
//                                                  .metrics = &host->metrics()}));

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/database/database_options.h"
#include "common/postgres/connection_pool.h"
#include "common/telemetry/log.h"
#include "common/telemetry/metrics.h"
#include "common/time/clock.h"

namespace clientele::database {

// Who opens it. Pointers are borrowed and outlive the pool.
struct DatabaseClient {
  // What PostgreSQL lists the connections as.
  std::string application_name = {};
  // Gets a line `database_connection` for a connection that cannot be opened. Not null.
  telemetry::Logger* log = nullptr;
  // Gets the seconds of each statement. Null: they are not measured.
  telemetry::MetricsRegistry* metrics = nullptr;
  const Clock* clock = SystemClock::Get();
};

// Needs no live PostgreSQL. NOT_FOUND or FAILED_PRECONDITION when the connection string
// is missing, INVALID_ARGUMENT when it is malformed.
absl::StatusOr<std::unique_ptr<postgres::ConnectionPool>> OpenDatabase(
    const DatabaseOptions& options, const DatabaseClient& client);

// Opens the database for `migrate` alone: what --migrate_and_exit does.
absl::Status MigrateDatabase(const DatabaseOptions& options, const std::string& application_name,
                             const std::function<absl::Status(postgres::ConnectionPool&)>& migrate);

}  // namespace clientele::database

#endif  // CLIENTELE_COMMON_DATABASE_DATABASE_H_
