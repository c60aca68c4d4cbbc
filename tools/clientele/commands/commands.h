#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_COMMANDS_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_COMMANDS_H_

// The commands that read from the suite, delete from it or start work in it. Each adds itself with
// its flags to the app and runs when it was chosen.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "absl/status/status.h"

#include "tools/clientele/suite_client.h"

namespace clientele::cli {

// A chosen command's work; the client is made after the flags are read.
struct Command {
  CLI::App* app;
  std::function<absl::Status(const SuiteClientOptions&)> run;
};

void AddImportCommands(CLI::App& app, std::vector<Command>& commands);
void AddCustomerCommand(CLI::App& app, std::vector<Command>& commands);
void AddSegmentCommands(CLI::App& app, std::vector<Command>& commands);
void AddMergeCommands(CLI::App& app, std::vector<Command>& commands);
void AddQuarantineCommands(CLI::App& app, std::vector<Command>& commands);
void AddExplainCommand(CLI::App& app, std::vector<Command>& commands);
void AddSimilarCustomersCommand(CLI::App& app, std::vector<Command>& commands);
void AddCardCommand(CLI::App& app, std::vector<Command>& commands);
void AddPictureCommands(CLI::App& app, std::vector<Command>& commands);
void AddConsentCommand(CLI::App& app, std::vector<Command>& commands);
void AddAskCommand(CLI::App& app, std::vector<Command>& commands);
void AddSearchCommand(CLI::App& app, std::vector<Command>& commands);
void AddHandoversCommand(CLI::App& app, std::vector<Command>& commands);
void AddHandoverCommand(CLI::App& app, std::vector<Command>& commands);
void AddGoldenQuestionsCommand(CLI::App& app, std::vector<Command>& commands);
void AddGapsCommand(CLI::App& app, std::vector<Command>& commands);
void AddRecommendCommand(CLI::App& app, std::vector<Command>& commands);
void AddReplayCommand(CLI::App& app, std::vector<Command>& commands);
void AddSimilarCommand(CLI::App& app, std::vector<Command>& commands);
void AddAudienceCommand(CLI::App& app, std::vector<Command>& commands);
void AddDeleteCommands(CLI::App& app, std::vector<Command>& commands);
void AddTrainCommand(CLI::App& app, std::vector<Command>& commands);
void AddHealthCommand(CLI::App& app, std::vector<Command>& commands);
void AddStatusCommand(CLI::App& app, std::vector<Command>& commands);
void AddTourCommand(CLI::App& app, std::vector<Command>& commands);
void AddUpgradeReportCommand(CLI::App& app, std::vector<Command>& commands);

// "customers/ID" of what an operator typed: the id itself, a file's id, or the name.
absl::StatusOr<std::string> CustomerName(const std::string& typed);
// "segments/ID" of the id itself, or the name.
std::string SegmentName(const std::string& typed);

// An id for one call, so that it may be repeated after a lost answer; "<what>-…".
std::string NewRequestId(const std::string& what);

// Prints a message as JSON.
absl::Status PrintJson(const google::protobuf::Message& message);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_COMMANDS_H_
