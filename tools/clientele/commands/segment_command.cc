#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/tour_profile.h"

namespace clientele::cli {
namespace {

struct SegmentFlags {
  std::string id;
  std::string rule;
  std::string name;
  std::string language;
  std::string out;
  int limit = 20;
  bool check = false;
  bool json = false;
};

void PrintSegment(const profile::v1::Segment& segment) {
  std::cout << absl::StreamFormat("%-32s%9d  %s\n", segment.name(), segment.member_count(),
                                  segment.rule());
}

absl::Status CreateSegment(SuiteClient& client, const SegmentFlags& flags) {
  profile::v1::CreateSegmentRequest request;
  request.set_segment_id(flags.id);
  request.mutable_segment()->set_display_name(flags.name);
  request.mutable_segment()->set_rule(flags.rule);
  request.set_validate_only(flags.check);
  request.set_request_id(NewRequestId("segment"));
  CLIENTELE_ASSIGN_OR_RETURN(const auto segment, client.CreateSegment(request));
  if (flags.json) return PrintJson(segment);
  std::cout << (flags.check ? absl::StrFormat("the rule can be read; %d customers belong\n",
                                              segment.member_count())
                            : "made " + segment.name() +
                                  "; its members show within seconds: clientele segment members " +
                                  flags.id + "\n");
  return absl::OkStatus();
}

absl::Status ListSegments(SuiteClient& client, const SegmentFlags& flags) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListSegments({}));
  if (flags.json) return PrintJson(response);
  for (const auto& segment : response.segments()) PrintSegment(segment);
  return absl::OkStatus();
}

absl::Status ShowSegment(SuiteClient& client, const SegmentFlags& flags) {
  profile::v1::GetSegmentRequest request;
  request.set_name(SegmentName(flags.id));
  CLIENTELE_ASSIGN_OR_RETURN(const auto segment, client.GetSegment(request));
  if (flags.json) return PrintJson(segment);
  PrintSegment(segment);
  for (const auto& size : segment.sizes()) {
    std::cout << absl::StreamFormat("%-32s%9d\n", size.date(), size.member_count());
  }
  return absl::OkStatus();
}

absl::Status WriteReport(SuiteClient& client, const SegmentFlags& flags) {
  if (!flags.json) {
    return WriteSegmentReport(client, SegmentName(flags.id), flags.language, flags.out);
  }
  profile::v1::RenderSegmentReportRequest request;
  request.set_name(SegmentName(flags.id));
  request.set_language_code(flags.language);
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.RenderSegmentReport(request));
  return PrintJson(response);
}

absl::Status ShowMembers(SuiteClient& client, const SegmentFlags& flags) {
  profile::v1::ListSegmentMembersRequest request;
  request.set_parent(SegmentName(flags.id));
  request.set_page_size(std::min(flags.limit, 200));
  int left = flags.limit;
  do {
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListSegmentMembers(request));
    if (flags.json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const auto& member : response.members()) {
      if (left-- <= 0) return absl::OkStatus();
      if (flags.json) continue;
      std::cout << absl::StreamFormat("%-24s%s\n", member.customer(),
                                      absl::StrJoin(member.reasons(), "; "));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status DeleteSegment(SuiteClient& client, const SegmentFlags& flags) {
  profile::v1::DeleteSegmentRequest request;
  request.set_name(SegmentName(flags.id));
  request.set_request_id(NewRequestId("delete-segment"));
  CLIENTELE_RETURN_IF_ERROR(client.DeleteSegment(request).status());
  std::cout << "deleted " << request.name() << "\n";
  return absl::OkStatus();
}

}  // namespace

std::string SegmentName(const std::string& typed) {
  return absl::StartsWith(typed, "segments/") ? typed : "segments/" + typed;
}

void AddSegmentCommands(CLI::App& app, std::vector<Command>& commands) {
  using Run = absl::Status (*)(SuiteClient&, const SegmentFlags&);
  CLI::App* parent = app.add_subcommand("segment", "Customers for whom a rule holds");
  parent->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, Run run) {
    auto flags = std::make_shared<SegmentFlags>();
    CLI::App* command = parent->add_subcommand(name, what);
    command->add_flag("--json", flags->json, "Print responses as JSON");
    commands.push_back({command, [flags, run](const SuiteClientOptions& options) -> absl::Status {
                          SuiteClient client(options);
                          return run(client, *flags);
                        }});
    return std::pair(command, flags);
  };
  const auto [create, made] = add("create", "Make a segment", CreateSegment);
  create->add_option("id", made->id, "The segment's id")->required();
  create
      ->add_option("rule", made->rule,
                   "Such as: purchases(90d, category = \"garden\") >= 2 and region = \"GB\"")
      ->required();
  create->add_option("--name", made->name, "What people call it");
  create->add_flag("--check", made->check, "Only check the rule, and count who would belong");
  add("list", "All segments with their sizes", ListSegments);
  const auto [show, sized] = add("show", "A segment and its size by day", ShowSegment);
  show->add_option("id", sized->id, "The segment's id")->required();
  const auto [report, drawn] =
      add("report", "A segment as a picture, an SVG file: its rule, size, interests and activity",
          WriteReport);
  report->add_option("id", drawn->id, "The segment's id")->required();
  report->add_option("--out", drawn->out, "The file to write (default: standard output)");
  report->add_option("--language", drawn->language, "Of its words: en or zh (default: en)");
  const auto [members, shown] = add("members", "Who belongs, and why", ShowMembers);
  members->add_option("id", shown->id, "The segment's id")->required();
  members->add_option("--limit", shown->limit, "How many")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  const auto [erase, gone] = add("delete", "Delete a segment; its customers stay", DeleteSegment);
  erase->add_option("id", gone->id, "The segment's id")->required();
}

}  // namespace clientele::cli
