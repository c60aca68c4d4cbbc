#include <optional>

#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "services/profile-service/server.h"

int main(int argc, char** argv) {
  using clientele::rpc::AddFlag;
  clientele::profile::ServerOptions options;
  options.host.service_name = "profile-service";
  options.host.port = 50051;
  bool migrate_and_exit = false;

  CLI::App app("Customers, their events and what the suite understands of them", "profile-service");
  clientele::rpc::AddServerFlags(app, options.host);
  AddFlag(app, "database_url_file", options.database_url_file,
          "File with the PostgreSQL connection string (else in CLIENTELE_DATABASE_URL)");
  AddFlag(app, "database_connections", options.database_connections, "Connections at most")
      ->check(CLI::Range(1, 1000));
  AddFlag(app, "model_dir", options.model_dir, "Folder of model bundles");
  AddFlag(app, "model_public_key_file", options.model_public_key_file,
          "Key that bundles must be signed with");
  AddFlag(app, "text_encoder", options.text_encoder, "Bundle that embeds texts");
  AddFlag(app, "profile_fuser", options.profile_fuser, "Bundle that makes profile vectors");
  AddFlag(app, "device", options.device, "Where models run: cpu, cuda or cuda:N");
  AddFlag(app, "compute_threads", options.compute_threads,
          "Threads inside one model operator; 0: all cores")
      ->check(CLI::Range(0, 1024));
  AddFlag(app, "model_refresh_interval", options.model_refresh_interval,
          "How often the folder is looked at for new versions");
  AddFlag(app, "data_key_file", options.data_key_file,
          "Key ring that encrypts personal data at rest");
  AddFlag(app, "affinity_half_life", options.affinity_half_life,
          "After this long an event counts half for category affinity");
  AddFlag(app, "latest_texts", options.latest_texts, "Texts of a customer in a profile")
      ->check(CLI::Range(0, 1000));
  AddFlag(app, "change_poll_interval", options.change_poll_interval,
          "How soon change streams see what other replicas stored");
  AddFlag(app, "change_keep_alive", options.change_keep_alive,
          "Change streams send a message at least this often");
  AddFlag(app, "migrate_and_exit", migrate_and_exit, "Bring the schema to this version and exit");
  if (const std::optional<int> exit_code = clientele::rpc::ParseFlags(app, argc, argv)) {
    return *exit_code;
  }

  return clientele::rpc::RunMain("profile-service", [&]() -> absl::Status {
    if (migrate_and_exit) return clientele::profile::MigrateSchema(options);
    CLIENTELE_ASSIGN_OR_RETURN(auto server, clientele::profile::Server::Create(options));
    server->Run();
    return absl::OkStatus();
  });
}
