#include "tools/clientele-models/run/run_command.h"

#include <memory>

#include "common/inference/compute/compute_threads.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/run/run_bundle.h"

namespace clientele::models {

void AddRunCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "run", "Runs a bundle on named tensors; checks its hashes, not its signature");
  auto options = std::make_shared<RunOptions>();
  command->add_option("bundle", options->bundle, "Folder NAME/VERSION")->required();
  command->add_option("--inputs", options->inputs, "safetensors file of the inputs")->required();
  command->add_option("--outputs", options->outputs, "safetensors file that is written")
      ->required();
  command->add_option("--method", options->method,
                      "Method of the module (default: reference where there is one)");
  OnCommand(*command, outcome, [options]() -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
    return RunBundle(*options);
  });
}

}  // namespace clientele::models
