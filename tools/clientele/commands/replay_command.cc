#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

template <class Response>
absl::Status Show(const absl::StatusOr<Response>& response, bool json) {
  CLIENTELE_RETURN_IF_ERROR(response.status());
  if (json) return PrintJson(*response);
  Print(*response, std::cout);
  return absl::OkStatus();
}

}  // namespace

void AddReplayCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ReplayFlags {
    std::string name;
    bool json = false;
  };
  auto flags = std::make_shared<ReplayFlags>();
  CLI::App* command = app.add_subcommand(
      "replay", "Compute a recorded recommendation again, or ask a recorded question again");
  command
      ->add_option("record", flags->name,
                   "What `recommend --record` or `ask --record` printed: "
                   "customers/CUSTOMER/predictions/ID or answers/ID")
      ->required();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        SuiteClient client(options);
                        if (absl::StartsWith(flags->name, "customers/")) {
                          recommend::v1::ReplayPredictionRequest request;
                          request.set_name(flags->name);
                          return Show(client.ReplayPrediction(request), flags->json);
                        }
                        qa::v1::ReplayAnswerRequest request;
                        request.set_answer_id(
                            std::string(absl::StripPrefix(flags->name, "answers/")));
                        return Show(client.ReplayAnswer(request), flags->json);
                      }});
}

}  // namespace clientele::cli
