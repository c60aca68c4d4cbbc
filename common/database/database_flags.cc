#include "common/database/database_flags.h"

namespace clientele::database {

using flags::AddFlag;

void AddDatabaseFlags(CLI::App& app, DatabaseOptions& options) {
  AddFlag(app, "database_url_file", options.url_file,
          "File with the PostgreSQL connection string (else in CLIENTELE_DATABASE_URL)");
  AddFlag(app, "database_connections", options.connections, "Connections at most")
      ->check(CLI::Range(1, 1000));
  AddFlag(app, "data_key_file", options.data_key_file,
          "Key ring that encrypts personal data at rest");
}

}  // namespace clientele::database
