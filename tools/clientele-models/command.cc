#include "tools/clientele-models/command.h"

#include <iostream>
#include <utility>

namespace clientele::models {

CLI::App& CommandGroup(CLI::App& app, const std::string& name, const std::string& description) {
  for (CLI::App* existing : app.get_subcommands([](CLI::App*) { return true; })) {
    if (existing->get_name() == name) return *existing;
  }
  CLI::App* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  return *group;
}

CLI::App& EvaluateGroup(CLI::App& app) {
  return CommandGroup(app, "evaluate", "Measures a model or a method on data with known answers");
}

void OnCommand(CLI::App& command, Outcome& outcome, std::function<absl::Status()> body) {
  command.callback([name = command.get_name(), &outcome, body = std::move(body)] {
    const absl::Status status = body();
    if (status.ok()) return;
    std::cerr << "clientele-models " << name << ": " << std::string(status.message()) << "\n";
    outcome.exit_code = 1;
  });
}

}  // namespace clientele::models
