#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_SERVER_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_SERVER_H_

// The gateway: the composition root.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto server, Server::Create(options));
//   server->Run();   // until SIGTERM, then a drain

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/process/service_process.h"
#include "common/rpc/server_host.h"

namespace clientele::gateway {

struct ServerOptions {
  rpc::ServerHost::Options host;
  // gRPC targets: "127.0.0.1:50051", "dns:///profile-service:50051".
  std::string profile_service_address = "127.0.0.1:50051";
  std::string qa_service_address = "127.0.0.1:50052";
  std::string recommend_service_address = "127.0.0.1:50053";
  // The bearer token that backends ask for is in this file; empty: none is sent.
  std::string backend_token_file;
  // How long a call waits for a replica of its backend that is ready, within its deadline. After a
  // call has waited in vain, calls of that backend fail at once until it is back. 0: they do not
  // wait.
  absl::Duration backend_wait = absl::Seconds(5);
  // Forwarded calls of one backend under way at a time; further ones are refused.
  std::size_t max_backend_calls = 4096;
  // Sections of composed answers fetched at a time, and sections that may wait.
  std::size_t section_threads = 32;
  std::size_t section_queue = 512;
};

class Server {
 public:
  // Listens and serves at once: backends may come later, their absence is an error
  // of each call. INVALID_ARGUMENT for impossible options, UNAVAILABLE when the
  // port is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options);
  ~Server();

  // Blocks until the process is told to stop, then drains.
  void Run() { process_->Run(); }

  int port() const { return process_->port(); }

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  process::ServiceProcess* process_;  // of impl_
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_SERVER_H_
