#include <iostream>
#include <memory>
#include <string>

#include "tools/clientele/commands/commands.h"

namespace clientele::cli {

void AddHealthCommand(CLI::App& app, std::vector<Command>& commands) {
  const auto address = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("health", "Whether the service at an address serves (exit code 0)");
  command->add_option("address", *address, "HOST:PORT of a service")->required();
  commands.push_back({command, [address](const SuiteClientOptions& options) {
                        absl::Status status = CheckHealth(*address, options.bearer_token);
                        if (status.ok()) std::cout << "SERVING" << std::endl;
                        return status;
                      }});
}

}  // namespace clientele::cli
