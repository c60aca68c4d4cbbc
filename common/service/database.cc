#include "common/service/database.h"

#include <string>
#include <utility>

#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"

namespace clientele::service {

const Clock* ClockOf(const rpc::ServerHost::Options& host) {
  return host.clock != nullptr ? host.clock : SystemClock::Get();
}

absl::StatusOr<std::unique_ptr<postgres::ConnectionPool>> OpenDatabase(
    const DatabaseOptions& options, const rpc::ServerHost::Options& host, telemetry::Logger* log,
    telemetry::MetricsRegistry* metrics) {
  CLIENTELE_ASSIGN_OR_RETURN(std::string url,
                             rpc::ReadSecret("CLIENTELE_DATABASE_URL", options.url_file));
  postgres::PoolOptions pool;
  pool.conninfo = std::move(url);
  pool.application_name = host.service_name;
  pool.max_connections = options.connections;
  pool.connection_error_log = [log](absl::string_view detail) {
    log->Warning("database_connection", {{"error", detail}});
  };
  pool.clock = ClockOf(host);
  if (metrics != nullptr) {
    pool.observer = [metrics](const postgres::StatementObservation& statement) {
      metrics->GetHistogram(telemetry::kDatabaseStatementSeconds, {{"statement", statement.name}})
          .Observe(absl::ToDoubleSeconds(statement.elapsed));
    };
  }
  return postgres::ConnectionPool::Create(std::move(pool));
}

}  // namespace clientele::service
