// The operator's client; see README.md.
#include <iostream>

#include <CLI/CLI.hpp>

#include "common/flags/flags.h"
#include "common/flags/secret.h"
#include "common/rpc/server_flags.h"
#include "tools/clientele/commands/commands.h"

int main(int argc, char** argv) {
  using namespace clientele;
  cli::SuiteClientOptions options;
  std::string token_file;
  CLI::App app("Imports data into the suite and asks it, through the gateway.", "clientele");
  app.require_subcommand(1);
  app.fallthrough();
  flags::AddFlag(app, "gateway", options.gateway, "Address of the gateway");
  flags::AddFlag(app, "auth_token_file", token_file,
                 "File with the bearer token (or set CLIENTELE_AUTH_TOKEN)");
  std::vector<cli::Command> commands;
  cli::AddImportCommands(app, commands);
  cli::AddCustomerCommand(app, commands);
  cli::AddSegmentCommands(app, commands);
  cli::AddMergeCommands(app, commands);
  cli::AddQuarantineCommands(app, commands);
  cli::AddExplainCommand(app, commands);
  cli::AddSimilarCustomersCommand(app, commands);
  cli::AddCardCommand(app, commands);
  cli::AddPictureCommands(app, commands);
  cli::AddConsentCommand(app, commands);
  cli::AddAskCommand(app, commands);
  cli::AddSearchCommand(app, commands);
  cli::AddHandoversCommand(app, commands);
  cli::AddHandoverCommand(app, commands);
  cli::AddGapsCommand(app, commands);
  cli::AddGoldenQuestionsCommand(app, commands);
  cli::AddRecommendCommand(app, commands);
  cli::AddReplayCommand(app, commands);
  cli::AddSimilarCommand(app, commands);
  cli::AddAudienceCommand(app, commands);
  cli::AddDeleteCommands(app, commands);
  cli::AddTrainCommand(app, commands);
  cli::AddHealthCommand(app, commands);
  cli::AddStatusCommand(app, commands);
  cli::AddTourCommand(app, commands);
  cli::AddUpgradeReportCommand(app, commands);
  if (const auto exit_code = flags::ParseFlags(app, argc, argv)) return *exit_code;
  return flags::RunMain("clientele", [&]() -> absl::Status {
    const absl::StatusOr<std::string> token = flags::ReadSecret("CLIENTELE_AUTH_TOKEN", token_file);
    if (token.ok()) options.bearer_token = *token;
    if (!token.ok() && !absl::IsNotFound(token.status())) return token.status();
    for (const cli::Command& command : commands) {
      if (command.app->parsed()) return command.run(options);
    }
    return absl::InvalidArgumentError("name a command; --help lists them");
  });
}
