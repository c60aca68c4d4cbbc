#ifndef CLIENTELE_COMMON_SERVICE_FLAGS_H_
#define CLIENTELE_COMMON_SERVICE_FLAGS_H_

// The flags of options.h, beside those of common/rpc/server_flags.h. Current values
// are the defaults.
//
//   rpc::AddServerFlags(app, options.host);
//   service::AddDatabaseFlags(app, options.database);
//   service::AddModelFlags(app, options.models);
//
// For main.cc only, from its one thread.

#include <string>

#include "common/rpc/server_flags.h"
#include "common/service/options.h"

namespace clientele::service {

// database_url_file, database_connections, data_key_file.
void AddDatabaseFlags(CLI::App& app, DatabaseOptions& options);

// model_dir, model_public_key_file, device, model_precision, model_cores, compute_threads,
// model_refresh_interval.
void AddModelFlags(CLI::App& app, ModelOptions& options);

// <model>_instances, such as text_encoder_instances.
void AddModelShareFlags(CLI::App& app, const std::string& model, ModelShare& share);

// profile_service_address, profile_service_token_file.
void AddProfileFeedFlags(CLI::App& app, ProfileFeedOptions& options);

}  // namespace clientele::service

#endif  // CLIENTELE_COMMON_SERVICE_FLAGS_H_
