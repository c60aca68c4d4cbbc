#ifndef CLIENTELE_SERVICES_QA_SERVICE_SERVER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_SERVER_H_

// qa-service, put together.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto server, Server::Create(options));
//   server->Run();   // until SIGTERM, then a drain

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/rpc/server_host.h"

namespace clientele::qa {

struct ServerOptions {
  rpc::ServerHost::Options host;

  // File with the PostgreSQL connection string; empty: it is in the environment
  // variable CLIENTELE_DATABASE_URL.
  std::string database_url_file;
  // Connections at most. Workers beyond that wait for one.
  std::size_t database_connections = 12;

  // Folder of model bundles, and the key that their signatures must hold for.
  std::string model_dir = "deploy/models";
  std::string model_public_key_file;
  std::string text_encoder = "starter-text-encoder";
  // "cpu", "cuda" or "cuda:N".
  std::string device = "cpu";
  // Threads inside one model operator; 0: all cores.
  int compute_threads = 1;
  // How often the folder is looked at for new versions; 0: only at the start.
  absl::Duration model_refresh_interval = absl::Seconds(1);

  // Key ring that encrypts customers' questions at rest.
  std::string data_key_file;

  // Whose change feed tells of deleted customers; empty: none is followed.
  std::string profile_service_address = "127.0.0.1:50051";

  // How soon this replica sees what others changed.
  absl::Duration index_refresh_interval = absl::Milliseconds(250);
  // How long a change waits for this replica's own index before it is answered; 0:
  // not at all.
  absl::Duration index_wait = absl::Seconds(2);
  // Answers need at least this confidence; 0 answers always, above 1 never.
  double min_confidence = 0.5;

  // Customers' questions are removed after this long.
  absl::Duration question_retention = absl::Hours(24 * 90);
};

class Server {
 public:
  // Listens. Needs neither PostgreSQL nor a model nor profile-service: until the
  // schema, the index and the model are there, health says NOT_SERVING and calls
  // are UNAVAILABLE. Afterwards questions are answered also while PostgreSQL or
  // profile-service is away. INVALID_ARGUMENT, NOT_FOUND or FAILED_PRECONDITION for
  // impossible options, missing keys and an unusable BLAS; UNAVAILABLE when the
  // port is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options);
  // Drains.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Blocks until the process is told to stop, then drains.
  void Run();

  int port() const;
  // "127.0.0.1:50052".
  std::string target() const;
  bool serving() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Brings the schema to this version; what --migrate_and_exit does.
absl::Status MigrateSchema(const ServerOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_SERVER_H_
