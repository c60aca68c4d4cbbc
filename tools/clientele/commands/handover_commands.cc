// What a help desk and writers of articles do: hand-overs, and what no article answers.
#include <algorithm>
#include <cstddef>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

constexpr std::size_t kMaxExampleBytes = 120;

std::string TopicWord(qa::v1::ComplaintTopic topic) {
  if (topic == qa::v1::COMPLAINT_TOPIC_UNSPECIFIED) return "-";
  return LowerName(qa::v1::ComplaintTopic_Name(topic), "COMPLAINT_TOPIC_");
}

void PrintHandover(const qa::v1::Handover& handover) {
  const bool open = handover.state() == qa::v1::HANDOVER_STATE_OPEN;
  std::cout << absl::StreamFormat("%s  %s  %-8s  %-9s  %s\n", handover.name(),
                                  ShortTime(handover.create_time()), open ? "open" : "closed",
                                  TopicWord(handover.topic()),
                                  handover.customer().empty() ? "-" : handover.customer());
  std::cout << "  " << handover.summary() << "\n";
  if (!open) {
    std::cout << "  closed " << ShortTime(handover.close_time()) << " by " << handover.closed_by()
              << (handover.resolution_note().empty() ? "" : ": ") << handover.resolution_note()
              << "\n";
  }
}

absl::Status ShowHandovers(SuiteClient& client, qa::v1::HandoverState state, int most, bool json) {
  qa::v1::ListHandoversRequest request;
  request.set_state(state);
  int shown = 0;
  do {
    request.set_page_size(std::min(most - shown, 1000));
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListHandovers(request));
    if (json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const qa::v1::Handover& handover : response.handovers()) {
      if (!json) PrintHandover(handover);
      ++shown;
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && shown < most);
  if (shown == 0 && !json) std::cout << "none\n";
  return absl::OkStatus();
}

void PrintGap(const qa::v1::KnowledgeGap& gap) {
  std::cout << absl::StreamFormat("%4d  %s", gap.question_count(), absl::StrJoin(gap.terms(), " "));
  if (!gap.nearest_article().empty()) std::cout << "  (nearest: " << gap.nearest_article() << ")";
  std::cout << "\n";
  for (const std::string& example : gap.examples()) {
    std::cout << "      \"" << Shortened(example, kMaxExampleBytes) << "\"\n";
  }
}

}  // namespace

void AddHandoversCommand(CLI::App& app, std::vector<Command>& commands) {
  struct ListFlags {
    std::string state = "open";
    int most = 50;
    bool json = false;
  };
  auto flags = std::make_shared<ListFlags>();
  CLI::App* command = app.add_subcommand("handovers", "Wishes for a person, newest first");
  command->add_option("--state", flags->state, "open, closed or all")
      ->check(CLI::IsMember({"open", "closed", "all"}))
      ->capture_default_str();
  command->add_option("--limit", flags->most, "At most this many")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print responses as JSON, with transcripts");
  commands.push_back({command, [flags](const SuiteClientOptions& options) {
                        const std::map<std::string, qa::v1::HandoverState> states = {
                            {"open", qa::v1::HANDOVER_STATE_OPEN},
                            {"closed", qa::v1::HANDOVER_STATE_CLOSED},
                            {"all", qa::v1::HANDOVER_STATE_UNSPECIFIED}};
                        SuiteClient client(options);
                        return ShowHandovers(client, states.at(flags->state), flags->most,
                                             flags->json);
                      }});
}

void AddHandoverCommand(CLI::App& app, std::vector<Command>& commands) {
  struct CloseFlags {
    std::string id;
    std::string resolution = "resolved";
    std::string note;
    bool json = false;
  };
  auto flags = std::make_shared<CloseFlags>();
  CLI::App* command = app.add_subcommand("handover", "One wish for a person");
  command->require_subcommand(1);
  CLI::App* close = command->add_subcommand("close", "Say that it was dealt with");
  close->add_option("id", flags->id, "The hand-over's name or id")->required();
  close->add_option("--resolution", flags->resolution, "resolved, unresolved, duplicate or spam")
      ->check(CLI::IsMember({"resolved", "unresolved", "duplicate", "spam"}))
      ->capture_default_str();
  close->add_option("--note", flags->note, "What was done");
  close->add_flag("--json", flags->json, "Print the hand-over as JSON");
  commands.push_back(
      {command, [flags](const SuiteClientOptions& options) -> absl::Status {
         qa::v1::CloseHandoverRequest request;
         request.set_name(absl::StartsWith(flags->id, "handovers/")
                              ? flags->id
                              : absl::StrCat("handovers/", flags->id));
         qa::v1::HandoverResolution resolution = qa::v1::HANDOVER_RESOLUTION_UNSPECIFIED;
         qa::v1::HandoverResolution_Parse(
             absl::StrCat("HANDOVER_RESOLUTION_", absl::AsciiStrToUpper(flags->resolution)),
             &resolution);
         request.set_resolution(resolution);
         request.set_note(flags->note);
         request.set_request_id(NewRequestId("close"));
         SuiteClient client(options);
         CLIENTELE_ASSIGN_OR_RETURN(const auto closed, client.CloseHandover(request));
         if (flags->json) return PrintJson(closed);
         PrintHandover(closed);
         return absl::OkStatus();
       }});
}

void AddGapsCommand(CLI::App& app, std::vector<Command>& commands) {
  struct GapFlags {
    int most = 20;
    int questions = 1000;
    bool json = false;
  };
  auto flags = std::make_shared<GapFlags>();
  CLI::App* command = app.add_subcommand("gaps", "What is asked and no article answers, by topic");
  command->add_option("--limit", flags->most, "At most this many topics")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--questions", flags->questions, "Newest questions to look at")
      ->check(CLI::Range(1, 2000))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        qa::v1::ListKnowledgeGapsRequest request;
                        request.set_page_size(flags->most);
                        request.set_max_questions(flags->questions);
                        SuiteClient client(options);
                        CLIENTELE_ASSIGN_OR_RETURN(const auto response,
                                                   client.ListKnowledgeGaps(request));
                        if (flags->json) return PrintJson(response);
                        std::cout << response.question_count() << " questions without an answer\n";
                        for (const qa::v1::KnowledgeGap& gap : response.gaps()) PrintGap(gap);
                        return absl::OkStatus();
                      }});
}

std::string NewRequestId(const std::string& what) {
  return absl::StrCat(what, "-", absl::ToUnixMicros(absl::Now()), "-", getpid());
}

}  // namespace clientele::cli
