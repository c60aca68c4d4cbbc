#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/server.h"

int main(int argc, char** argv) {
  using clientele::rpc::AddFlag;
  clientele::recommend::ServerOptions options;
  options.host.service_name = "recommend-service";
  options.host.port = 50053;
  bool migrate_and_exit = false;
  bool train_and_exit = false;
  int factors = 0;
  int epochs = 0;
  std::int64_t seed = 0;

  CLI::App app("Items and who might like them", "recommend-service");
  clientele::rpc::AddServerFlags(app, options.host);
  AddFlag(app, "database_url_file", options.database_url_file,
          "File with the PostgreSQL connection string (else in CLIENTELE_DATABASE_URL)");
  AddFlag(app, "database_connections", options.database_connections, "Connections at most")
      ->check(CLI::Range(1, 1000));
  AddFlag(app, "model_dir", options.model_dir, "Folder of model bundles");
  AddFlag(app, "model_public_key_file", options.model_public_key_file,
          "Key that bundles must be signed with; empty: no model is loaded");
  AddFlag(app, "device", options.device, "Where models run: cpu, cuda or cuda:N");
  AddFlag(app, "compute_threads", options.compute_threads,
          "Threads inside one model operator; 0: all cores")
      ->check(CLI::Range(0, 1024));
  AddFlag(app, "model_refresh_interval", options.model_refresh_interval,
          "How often the folder is looked at for new versions");
  AddFlag(app, "signing_key_file", options.signing_key_file,
          "Key that signs trained bundles; empty: this service does not train");
  AddFlag(app, "data_key_file", options.data_key_file,
          "Key ring that encrypts stored results; empty: they are stored as they are");
  AddFlag(app, "profile_service_address", options.profile_service_address,
          "gRPC target of profile-service; empty: no change feed is followed");
  AddFlag(app, "profile_service_token_file", options.profile_service_token_file,
          "File with the bearer token that profile-service asks for");
  AddFlag(app, "catalogue_refresh_interval", options.catalogue_refresh_interval,
          "How soon items that other replicas changed are seen");
  AddFlag(app, "migrate_and_exit", migrate_and_exit, "Bring the schema to this version and exit");
  AddFlag(app, "train_and_exit", train_and_exit, "Train one factorisation, print it and exit");
  AddFlag(app, "train_factors", factors, "Of --train_and_exit: dimensions; 0: 32")
      ->check(CLI::Range(0, 256));
  AddFlag(app, "train_epochs", epochs, "Of --train_and_exit: passes; 0: 20")
      ->check(CLI::Range(0, 500));
  AddFlag(app, "train_seed", seed, "Of --train_and_exit: of the random start");
  if (const std::optional<int> exit_code = clientele::rpc::ParseFlags(app, argc, argv)) {
    return *exit_code;
  }

  return clientele::rpc::RunMain("recommend-service", [&]() -> absl::Status {
    if (migrate_and_exit) return clientele::recommend::MigrateSchema(options);
    if (train_and_exit) {
      CLIENTELE_ASSIGN_OR_RETURN(const std::string line,
                                 clientele::recommend::TrainOnce(options, factors, epochs, seed));
      std::cout << line << std::endl;
      return absl::OkStatus();
    }
    CLIENTELE_ASSIGN_OR_RETURN(auto server, clientele::recommend::Server::Create(options));
    server->Run();
    return absl::OkStatus();
  });
}
