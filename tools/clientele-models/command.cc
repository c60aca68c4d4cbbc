#include "tools/clientele-models/command.h"

#include <iostream>
#include <utility>

namespace clientele::models {

void OnCommand(CLI::App& command, Outcome& outcome, std::function<absl::Status()> body) {
  command.callback([name = command.get_name(), &outcome, body = std::move(body)] {
    const absl::Status status = body();
    if (status.ok()) return;
    std::cerr << "clientele-models " << name << ": " << std::string(status.message()) << "\n";
    outcome.exit_code = 1;
  });
}

}  // namespace clientele::models
