#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_COMMAND_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_COMMAND_H_

// The frame of a subcommand. A new one is a file with a function
//
//   void AddTrainCommand(CLI::App& app, Outcome& outcome) {
//     CLI::App* command = app.add_subcommand("train", "Trains ...");
//     auto options = std::make_shared<TrainOptions>();
//     command->add_option("--out", options->out, "...")->required();
//     OnCommand(*command, outcome, [options] { return Train(*options); });
//   }
//
// and a line in main.cc.

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "absl/status/status.h"

namespace clientele::models {

// The subcommand that other subcommands stand below, made where it is not there yet.
CLI::App& CommandGroup(CLI::App& app, const std::string& name, const std::string& description);
// `evaluate`, of `evaluate identity` and the like.
CLI::App& EvaluateGroup(CLI::App& app);

// What main() returns: 0, or 1 after a failure that was printed.
struct Outcome {
  int exit_code = 0;
};

// Runs `body` when the command is chosen; a failure is one line on stderr.
// `outcome` outlives the parse.
void OnCommand(CLI::App& command, Outcome& outcome, std::function<absl::Status()> body);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_COMMAND_H_
