#ifndef CLIENTELE_COMMON_DATABASE_DATABASE_FLAGS_H_
#define CLIENTELE_COMMON_DATABASE_DATABASE_FLAGS_H_

// For main.cc only, from its one thread.

#include "common/database/database_options.h"
#include "common/flags/flags.h"

namespace clientele::database {

// database_url_file, database_connections, data_key_file.
void AddDatabaseFlags(CLI::App& app, DatabaseOptions& options);

}  // namespace clientele::database

#endif  // CLIENTELE_COMMON_DATABASE_DATABASE_FLAGS_H_
