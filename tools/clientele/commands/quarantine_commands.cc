// Events that were refused and kept: what is wrong with them, mending, replaying, dropping.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"
#include "tools/clientele/commands/quarantine_fields.h"

namespace clientele::cli {
namespace {

struct QuarantineFlags {
  std::vector<std::string> ids;
  std::vector<std::string> changes;
  std::string customer;
  std::string field;
  int limit = 50;
  bool json = false;
};

// "7" is "quarantinedEvents/7".
std::string QuarantinedName(const std::string& typed) {
  return absl::StrContains(typed, '/') ? typed : absl::StrCat("quarantinedEvents/", typed);
}

void PrintQuarantined(const profile::v1::QuarantinedEvent& event) {
  std::cout << absl::StreamFormat(
      "%-24s%s  %s of %s, event %s\n", event.name(), ShortTime(event.create_time()),
      LowerName(profile::v1::EventType_Name(event.event().type()), "EVENT_TYPE_"),
      event.event().customer(), event.event().event_id());
  const absl::Status status = rpc::FromProto(event.status());
  if (status.ok()) std::cout << "    nothing is wrong with it: replay it\n";
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    std::cout << "    " << violation.field << " " << violation.description << "\n";
  }
}

absl::Status ListQuarantine(SuiteClient& client, const QuarantineFlags& flags) {
  profile::v1::ListQuarantinedEventsRequest request;
  if (!flags.customer.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(*request.mutable_customer(), CustomerName(flags.customer));
  }
  request.set_field(flags.field);
  int shown = 0;
  do {
    request.set_page_size(std::min(flags.limit - shown, 1000));
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListQuarantinedEvents(request));
    if (flags.json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const auto& event : response.quarantined_events()) {
      if (!flags.json) PrintQuarantined(event);
      ++shown;
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && shown < flags.limit);
  if (shown == 0 && !flags.json) std::cout << "none\n";
  return absl::OkStatus();
}

absl::Status FixQuarantined(SuiteClient& client, const QuarantineFlags& flags) {
  profile::v1::UpdateQuarantinedEventRequest request;
  request.mutable_quarantined_event()->set_name(QuarantinedName(flags.ids.front()));
  for (const std::string& change : flags.changes) {
    CLIENTELE_RETURN_IF_ERROR(SetEventField(change, request));
  }
  request.set_request_id(NewRequestId("fix-event"));
  CLIENTELE_ASSIGN_OR_RETURN(const auto event, client.UpdateQuarantinedEvent(request));
  if (flags.json) return PrintJson(event);
  PrintQuarantined(event);
  return absl::OkStatus();
}

// All of them, page by page, or those that are named.
absl::Status ReplayQuarantine(SuiteClient& client, const QuarantineFlags& flags) {
  profile::v1::ReplayQuarantinedEventsRequest request;
  profile::v1::ReplayQuarantinedEventsResponse all;
  std::size_t next = 0;
  do {
    request.clear_names();
    for (; next < flags.ids.size() && request.names_size() < 1000; ++next) {
      request.add_names(QuarantinedName(flags.ids[next]));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ReplayQuarantinedEvents(request));
    all.set_created_count(all.created_count() + response.created_count());
    all.set_duplicate_count(all.duplicate_count() + response.duplicate_count());
    all.set_rejected_count(all.rejected_count() + response.rejected_count());
    if (!response.change().empty()) all.set_change(response.change());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() || next < flags.ids.size());
  if (flags.json) return PrintJson(all);
  std::cout << all.created_count() << " stored, " << all.duplicate_count()
            << " were stored before, " << all.rejected_count() << " stay in quarantine\n";
  return absl::OkStatus();
}

absl::Status DropQuarantined(SuiteClient& client, const QuarantineFlags& flags) {
  for (const std::string& id : flags.ids) {
    profile::v1::DeleteQuarantinedEventRequest request;
    request.set_name(QuarantinedName(id));
    request.set_request_id(absl::StrCat(NewRequestId("drop-event"), "-", id).substr(0, 64));
    CLIENTELE_RETURN_IF_ERROR(client.DeleteQuarantinedEvent(request).status());
    if (!flags.json) std::cout << "dropped " << request.name() << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddQuarantineCommands(CLI::App& app, std::vector<Command>& commands) {
  using Run = absl::Status (*)(SuiteClient&, const QuarantineFlags&);
  CLI::App* parent = app.add_subcommand(
      "quarantine", "Events that were refused and kept (import events --quarantine)");
  parent->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, Run run) {
    auto flags = std::make_shared<QuarantineFlags>();
    CLI::App* command = parent->add_subcommand(name, what);
    command->add_flag("--json", flags->json, "Print responses as JSON");
    commands.push_back({command, [flags, run](const SuiteClientOptions& options) -> absl::Status {
                          SuiteClient client(options);
                          return run(client, *flags);
                        }});
    return std::pair(command, flags);
  };
  const auto [list, listed] = add("list", "What was refused and why, oldest first", ListQuarantine);
  list->add_option("--customer", listed->customer, "Only events that name this customer");
  list->add_option("--field", listed->field,
                   "Only events in which this field is wrong, such as currency_code");
  list->add_option("--limit", listed->limit, "At most this many")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  const auto [fix, fixed] = add("fix", "Change an event where it is wrong", FixQuarantined);
  fix->add_option("id", fixed->ids, "The event's number or name, as list shows it")
      ->required()
      ->expected(1);
  fix->add_option("--set", fixed->changes, "FIELD=VALUE, repeatable, such as currency_code=GBP")
      ->required()
      ->allow_extra_args(false);
  const auto [replay, replayed] =
      add("replay", "Store the events that are right by now", ReplayQuarantine);
  replay->add_option("ids", replayed->ids, "Of these alone (default: all)");
  const auto [drop, dropped] = add("drop", "Drop events for good", DropQuarantined);
  drop->add_option("ids", dropped->ids, "Which")->required();
}

}  // namespace clientele::cli
