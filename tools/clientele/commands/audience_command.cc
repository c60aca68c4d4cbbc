#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "tools/clientele/audience/audience_export.h"
#include "tools/clientele/commands/commands.h"

namespace clientele::cli {
namespace {

struct AudienceFlags {
  std::string item, category, text;
  std::string exclude = "default";
  std::string language = "en";
  std::string csv;
  std::int64_t limit = -1;
  bool json = false;
};

absl::StatusOr<recommend::v1::ListAudienceRequest> AudienceRequest(const AudienceFlags& flags) {
  recommend::v1::ListAudienceRequest request;
  if (!flags.item.empty()) {
    request.set_item(absl::StartsWith(flags.item, "items/") ? flags.item : "items/" + flags.item);
  } else if (!flags.category.empty()) {
    request.set_category(flags.category);
  } else if (!flags.text.empty()) {
    request.set_text(flags.text);
  } else {
    return absl::InvalidArgumentError("name --item, --category or --text");
  }
  if (flags.exclude == "none") {
    request.set_exclusion(recommend::v1::AUDIENCE_EXCLUSION_NONE);
  } else if (flags.exclude == "bought_or_dismissed") {
    request.set_exclusion(recommend::v1::AUDIENCE_EXCLUSION_BOUGHT_OR_DISMISSED);
  }
  request.set_language_code(flags.language);
  return request;
}

absl::Status ShowAudience(AudienceExport& audience, const AudienceFlags& flags) {
  CLIENTELE_ASSIGN_OR_RETURN(const recommend::v1::ListAudienceRequest request,
                             AudienceRequest(flags));
  if (!flags.csv.empty()) {
    CLIENTELE_RETURN_IF_ERROR(
        audience.WriteCsv(request, flags.limit < 0 ? 0 : flags.limit, flags.csv));
    std::cout << audience.members() << " customers in " << flags.csv << "\n";
  } else {
    CLIENTELE_RETURN_IF_ERROR(audience.Read(
        request, flags.limit < 0 ? 20 : flags.limit,
        [&](const recommend::v1::AudienceMember& member) {
          if (flags.json) return PrintJson(member);
          std::cout << absl::StrFormat("  %s  score %.3f\n", member.customer(), member.score());
          for (const auto& reason : member.reasons()) {
            std::cout << "      because: " << reason.text() << "\n";
          }
          return absl::OkStatus();
        }));
  }
  if (!audience.consent_was_checked()) {
    std::cerr << "Consent to marketing was not checked: do so before you send anything.\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddAudienceCommand(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<AudienceFlags>();
  CLI::App* command =
      app.add_subcommand("audience", "The customers most likely to respond, best first");
  CLI::Option* item = command->add_option("--item", flags->item, "To this item");
  CLI::Option* category =
      command->add_option("--category", flags->category, "To a category's items");
  command->add_option("--text", flags->text, "To items with texts like this one")
      ->excludes(item)
      ->excludes(category);
  category->excludes(item);
  command
      ->add_option("--exclude", flags->exclude,
                   "Who is left out; default: of an item who bought or dismissed it, else nobody")
      ->check(CLI::IsMember({"default", "none", "bought_or_dismissed"}))
      ->capture_default_str();
  command
      ->add_option("--limit", flags->limit, "How many; 0: all. By default 20, and all with --csv")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--language", flags->language, "Of the reasons, such as zh-CN")
      ->capture_default_str();
  command->add_option("--csv", flags->csv, "Write them to this file");
  command->add_flag("--json", flags->json, "Print each as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        SuiteClientOptions patient = options;
                        patient.timeout = absl::Minutes(10);  // the first page reads everybody
                        SuiteClient client(patient);
                        AudienceExport audience(
                            [&](const auto& request) { return client.ListAudience(request); });
                        return ShowAudience(audience, *flags);
                      }});
}

}  // namespace clientele::cli
