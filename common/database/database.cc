#include "common/database/database.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/flags/secret.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_family.h"
#include "common/telemetry/metric_names.h"

namespace clientele::database {

absl::StatusOr<std::unique_ptr<postgres::ConnectionPool>> OpenDatabase(
    const DatabaseOptions& options, const DatabaseClient& client) {
  CLIENTELE_ASSIGN_OR_RETURN(std::string url,
                             flags::ReadSecret("CLIENTELE_DATABASE_URL", options.url_file));
  postgres::PoolOptions pool;
  pool.conninfo = std::move(url);
  pool.application_name = client.application_name;
  pool.max_connections = options.connections;
  pool.connection_error_log = [log = client.log](absl::string_view detail) {
    log->Warning("database_connection", {{"error", detail}});
  };
  pool.clock = client.clock;
  if (client.metrics != nullptr) {
    auto seconds = std::make_shared<telemetry::HistogramFamily>(
        client.metrics, telemetry::kDatabaseStatementSeconds,
        std::vector<std::string>{"statement"});
    pool.observer = [seconds](const postgres::StatementObservation& statement) {
      seconds->With({statement.name}).Observe(absl::ToDoubleSeconds(statement.elapsed));
    };
  }
  return postgres::ConnectionPool::Create(std::move(pool));
}

absl::Status MigrateDatabase(
    const DatabaseOptions& options, const std::string& application_name,
    const std::function<absl::Status(postgres::ConnectionPool&)>& migrate) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto pool,
                             OpenDatabase(options, {.application_name = application_name,
                                                    .log = &telemetry::Logger::Process()}));
  return migrate(*pool);
}

}  // namespace clientele::database
