#ifndef CLIENTELE_COMMON_SERVICE_DATABASE_H_
#define CLIENTELE_COMMON_SERVICE_DATABASE_H_

// A service's way to PostgreSQL.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       auto pool, OpenDatabase(options.database, options.host, &host->logger(),
//                               &host->metrics()));

#include <memory>

#include "absl/status/statusor.h"

#include "common/postgres/connection_pool.h"
#include "common/rpc/server_host.h"
#include "common/service/options.h"
#include "common/telemetry/log.h"
#include "common/telemetry/metrics.h"
#include "common/time/clock.h"

namespace clientele::service {

// The clock that the host goes by; never null.
const Clock* ClockOf(const rpc::ServerHost::Options& host);

// The pool of the service that `host` names; needs no live PostgreSQL. Connections
// that cannot be opened are log lines `database_connection`; `metrics`, which may be
// null, gets the seconds of each statement. Both are borrowed and outlive the pool.
// NOT_FOUND or FAILED_PRECONDITION when the connection string is missing,
// INVALID_ARGUMENT when it is malformed.
absl::StatusOr<std::unique_ptr<postgres::ConnectionPool>> OpenDatabase(
    const DatabaseOptions& options, const rpc::ServerHost::Options& host, telemetry::Logger* log,
    telemetry::MetricsRegistry* metrics);

}  // namespace clientele::service

#endif  // CLIENTELE_COMMON_SERVICE_DATABASE_H_
