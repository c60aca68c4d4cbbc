// Questions whose right answer is known.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kMaxQuestionShown = 120;

struct GoldenFlags {
  int most = 50;
  bool json = false;
  std::string id;
};

absl::Status ShowGoldenQuestions(SuiteClient& client, int most, bool json) {
  qa::v1::ListGoldenQuestionsRequest request;
  int shown = 0;
  do {
    request.set_page_size(std::min(most - shown, 1000));
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListGoldenQuestions(request));
    if (json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const qa::v1::GoldenQuestion& question : response.golden_questions()) {
      ++shown;
      if (json) continue;
      std::cout << question.name() << "  \"" << Shortened(question.question(), kMaxQuestionShown)
                << "\"  "
                << (question.expected_article().empty() ? "(no article answers)"
                                                        : question.expected_article())
                << "\n";
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && shown < most);
  if (shown == 0 && !json) std::cout << "none\n";
  return absl::OkStatus();
}

}  // namespace

void AddGoldenQuestionsCommand(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<GoldenFlags>();
  CLI::App* command =
      app.add_subcommand("golden-questions", "Questions whose right answer is known");
  command->require_subcommand(1);
  CLI::App* list = command->add_subcommand("list", "By id");
  list->add_option("--limit", flags->most, "At most this many")
      ->check(CLI::Range(1, 5000))
      ->capture_default_str();
  list->add_flag("--json", flags->json, "Print responses as JSON");
  CLI::App* remove = command->add_subcommand("delete", "Delete one");
  remove->add_option("id", flags->id, "Its name or id")->required();
  commands.push_back({command, [flags, list](const SuiteClientOptions& options) -> absl::Status {
                        SuiteClient client(options);
                        if (list->parsed())
                          return ShowGoldenQuestions(client, flags->most, flags->json);
                        qa::v1::DeleteGoldenQuestionRequest request;
                        request.set_name(absl::StartsWith(flags->id, "goldenQuestions/")
                                             ? flags->id
                                             : absl::StrCat("goldenQuestions/", flags->id));
                        request.set_request_id(NewRequestId("golden"));
                        CLIENTELE_RETURN_IF_ERROR(client.DeleteGoldenQuestion(request).status());
                        std::cout << "deleted " << request.name() << "\n";
                        return absl::OkStatus();
                      }});
}

}  // namespace clientele::cli
