#include <optional>

#include "common/flags/flags.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "services/gateway-service/server.h"

int main(int argc, char** argv) {
  using clientele::flags::AddFlag;
  clientele::gateway::ServerOptions options;
  options.host.service_name = "gateway-service";
  options.host.port = 50050;
  options.host.worker_threads = 64;

  CLI::App app("The one front door of the Clientele suite", "gateway-service");
  clientele::rpc::AddServerFlags(app, options.host);
  AddFlag(app, "profile_service_address", options.profile_service_address,
          "gRPC target of profile-service");
  AddFlag(app, "qa_service_address", options.qa_service_address, "gRPC target of qa-service");
  AddFlag(app, "recommend_service_address", options.recommend_service_address,
          "gRPC target of recommend-service");
  AddFlag(app, "backend_token_file", options.backend_token_file,
          "File with the bearer token that the backends ask for");
  AddFlag(app, "backend_wait", options.backend_wait,
          "How long a call waits for a ready replica of its backend; 0: not at all");
  AddFlag(app, "max_backend_calls", options.max_backend_calls,
          "Forwarded calls of one backend under way at a time")
      ->check(CLI::Range(1, 1'000'000));
  AddFlag(app, "section_threads", options.section_threads,
          "Sections of composed answers fetched at a time")
      ->check(CLI::Range(1, 1024));
  AddFlag(app, "section_queue", options.section_queue, "Sections that may wait for a thread")
      ->check(CLI::Range(0, 100000));
  if (const std::optional<int> exit_code = clientele::flags::ParseFlags(app, argc, argv)) {
    return *exit_code;
  }

  return clientele::flags::RunMain("gateway-service", [&]() -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(auto server, clientele::gateway::Server::Create(options));
    server->Run();
    return absl::OkStatus();
  });
}
