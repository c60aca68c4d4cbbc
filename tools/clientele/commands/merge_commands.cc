// Who is one person: matches that wait, merges and their undoing.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"

namespace clientele::cli {
namespace {

struct MergeFlags {
  std::vector<std::string> customers;  // the survivor first
  std::string match;
  std::string undo;
  std::string dismiss;
  std::string of;
  int limit = 20;
  bool list = false;
  bool check = false;
  bool json = false;
};

// "12" is "matches/12".
std::string NumberedName(const char* collection, const std::string& typed) {
  return absl::StrContains(typed, '/') ? typed : absl::StrCat(collection, "/", typed);
}

std::string ReasonsText(const google::protobuf::RepeatedPtrField<profile::v1::MatchReason>& all) {
  return absl::StrJoin(all, ", ", [](std::string* out, const profile::v1::MatchReason& reason) {
    absl::StrAppendFormat(out, "%s %s %+.1f", reason.field(), reason.agreement(), reason.weight());
  });
}

void PrintMerge(const profile::v1::Merge& merge) {
  std::cout << absl::StreamFormat("%-14s%s into %s%s\n", merge.name(), merge.customer(),
                                  merge.survivor(), merge.has_undo_time() ? ", undone" : "");
  if (merge.reasons().empty()) return;
  std::cout << absl::StreamFormat("              %.4f: %s\n", merge.probability(),
                                  ReasonsText(merge.reasons()));
}

absl::Status ListMerges(SuiteClient& client, const MergeFlags& flags) {
  profile::v1::ListMergesRequest request;
  if (!flags.of.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_customer(), CustomerName(flags.of));
  }
  request.set_page_size(std::min(flags.limit, 1000));
  int left = flags.limit;
  do {
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListMerges(request));
    if (flags.json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const auto& merge : response.merges()) {
      if (left-- <= 0) return absl::OkStatus();
      if (!flags.json) PrintMerge(merge);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status UndoMerge(SuiteClient& client, const MergeFlags& flags) {
  profile::v1::UndoMergeRequest request;
  request.set_name(NumberedName("merges", flags.undo));
  request.set_request_id(NewRequestId("undo-merge"));
  CLIENTELE_ASSIGN_OR_RETURN(const auto merge, client.UndoMerge(request));
  if (flags.json) return PrintJson(merge);
  PrintMerge(merge);
  return absl::OkStatus();
}

absl::Status MergeCustomers(SuiteClient& client, const MergeFlags& flags) {
  if (flags.list) return ListMerges(client, flags);
  if (!flags.undo.empty()) return UndoMerge(client, flags);
  profile::v1::MergeCustomersRequest request;
  if (!flags.match.empty()) request.set_match(NumberedName("matches", flags.match));
  if (flags.match.empty() && flags.customers.size() < 2) {
    return absl::InvalidArgumentError(
        "name the survivor and at least one more customer, or --match, --undo or --list");
  }
  for (std::size_t i = 0; i < flags.customers.size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(std::string name, CustomerName(flags.customers[i]));
    (i == 0 ? *request.mutable_survivor() : *request.add_customers()) = std::move(name);
  }
  request.set_validate_only(flags.check);
  request.set_request_id(NewRequestId("merge"));
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.MergeCustomers(request));
  if (flags.json) return PrintJson(response);
  if (flags.check) std::cout << "they can be merged\n";
  for (const auto& merge : response.merges()) PrintMerge(merge);
  return absl::OkStatus();
}

absl::Status DismissMatch(SuiteClient& client, const MergeFlags& flags) {
  profile::v1::DismissMatchRequest request;
  request.set_name(NumberedName("matches", flags.dismiss));
  request.set_request_id(NewRequestId("dismiss-match"));
  CLIENTELE_ASSIGN_OR_RETURN(const auto match, client.DismissMatch(request));
  if (flags.json) return PrintJson(match);
  std::cout << "dismissed " << match.name() << "\n";
  return absl::OkStatus();
}

absl::Status ListMatches(SuiteClient& client, const MergeFlags& flags) {
  if (!flags.dismiss.empty()) return DismissMatch(client, flags);
  profile::v1::ListMatchesRequest request;
  request.set_page_size(std::min(flags.limit, 1000));
  int left = flags.limit;
  do {
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListMatches(request));
    if (flags.json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const auto& match : response.matches()) {
      if (left-- <= 0) return absl::OkStatus();
      if (flags.json) continue;
      std::cout << absl::StreamFormat("%-14s%.4f  %s\n              %s\n", match.name(),
                                      match.probability(), absl::StrJoin(match.customers(), " = "),
                                      ReasonsText(match.reasons()));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace

void AddMergeCommands(CLI::App& app, std::vector<Command>& commands) {
  using Run = absl::Status (*)(SuiteClient&, const MergeFlags&);
  const auto add = [&](const char* name, const char* what, Run run) {
    auto flags = std::make_shared<MergeFlags>();
    CLI::App* command = app.add_subcommand(name, what);
    command->add_flag("--json", flags->json, "Print responses as JSON");
    command->add_option("--limit", flags->limit, "How many to list")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    commands.push_back({command, [flags, run](const SuiteClientOptions& options) -> absl::Status {
                          SuiteClient client(options);
                          return run(client, *flags);
                        }});
    return std::pair(command, flags);
  };
  const auto [merge, merged] =
      add("merge", "Merge customers who are one person, or undo a merge", MergeCustomers);
  merge->add_option("customers", merged->customers,
                    "Who stands for the person, then the others; nothing of them is lost");
  merge->add_option("--match", merged->match,
                    "The match to accept, as `clientele matches` lists it");
  merge->add_option("--undo", merged->undo, "The merge to undo");
  merge->add_flag("--list", merged->list, "List merges, newest first");
  merge->add_option("--of", merged->of, "With --list: of this customer's person");
  merge->add_flag("--check", merged->check, "Only check whether they can be merged");
  const auto [matches, found] =
      add("matches", "Customers who may be one person, likeliest first", ListMatches);
  matches->add_option("--dismiss", found->dismiss, "The match that is none");
}

}  // namespace clientele::cli
