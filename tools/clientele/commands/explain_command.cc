#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

constexpr int kShownFeatures = 8;

std::string Day(const google::protobuf::Timestamp& proto) {
  const absl::StatusOr<absl::Time> time = rpc::ToTime(proto, "time");
  return time.ok() ? absl::FormatTime("%Y-%m-%d", *time, absl::UTCTimeZone()) : "";
}

// "CONSENT_PURPOSE_IMAGE_ANALYSIS" -> "image analysis".
std::string Words(absl::string_view name, absl::string_view prefix) {
  return absl::StrReplaceAll(LowerName(name, prefix), {{"_", " "}});
}

std::string TypeWords(profile::v1::EventType type) {
  return Words(profile::v1::EventType_Name(type), "EVENT_TYPE_");
}

std::string DecisionWords(profile::v1::ConsentState state) {
  return state == profile::v1::CONSENT_STATE_UNSPECIFIED
             ? "never decided"
             : Words(profile::v1::ConsentState_Name(state), "CONSENT_STATE_");
}

void PrintModality(const profile::v1::ModalityExplanation& modality) {
  std::cout << absl::StreamFormat(
      "%-12s%-16s%d signals", modality.modality(),
      Words(profile::v1::ModalityState_Name(modality.state()), "MODALITY_STATE_"),
      modality.signal_count());
  if (modality.has_first_time()) {
    std::cout << ", " << Day(modality.first_time()) << " to " << Day(modality.last_time());
  }
  if (modality.pending_count() > 0) std::cout << ", " << modality.pending_count() << " pending";
  if (!modality.model().empty()) std::cout << ", by " << modality.model();
  if (modality.state() == profile::v1::MODALITY_STATE_USED) {
    std::cout << absl::StreamFormat("; without it the vector turns by %.3f", modality.influence());
  }
  std::cout << "\n";
}

void PrintCategory(const profile::v1::CategoryExplanation& category) {
  std::vector<std::string> parts;
  for (const auto& contribution : category.contributions()) {
    parts.push_back(absl::StrFormat("%d x %s %+.2f (last %s)", contribution.event_count(),
                                    TypeWords(contribution.type()), contribution.weight(),
                                    Day(contribution.last_event_time())));
  }
  if (category.older_weight() != 0) {
    parts.push_back(absl::StrFormat("older events %+.2f", category.older_weight()));
  }
  std::cout << absl::StreamFormat("%-24s%3.0f%%  %.2f = %s\n", category.category(),
                                  100 * category.share(), category.weight(),
                                  absl::StrJoin(parts, ", "));
}

void PrintResponse(const profile::v1::ResponseExplanation& response) {
  std::vector<std::string> events;
  for (const auto& event : response.events()) {
    const std::string& of = event.campaign_id().empty() ? event.coupon_id() : event.campaign_id();
    events.push_back(
        absl::StrFormat("%s %s (%s)", TypeWords(event.type()), of, Day(event.event_time())));
  }
  std::cout << absl::StreamFormat("%-24s%g%s%s\n", response.id(), response.value(),
                                  events.empty() ? "" : ": ", absl::StrJoin(events, ", "));
}

void PrintExplanation(const profile::v1::ProfileExplanation& explanation) {
  std::cout << explanation.name() << ", " << Day(explanation.compute_time()) << ", made by "
            << absl::StrJoin(explanation.models(), ", ") << "\n\n";
  for (const auto& use : explanation.purposes()) {
    std::cout << absl::StreamFormat(
        "%-28s%-10s%s\n",
        Words(profile::v1::ConsentPurpose_Name(use.purpose()), "CONSENT_PURPOSE_"),
        use.allowed() ? "allowed" : "withheld", DecisionWords(use.state()));
  }
  std::cout << "\n";
  for (const auto& modality : explanation.modalities()) PrintModality(modality);
  if (explanation.categories_size() > 0) {
    std::cout << "\nInterest in categories, by the newest " << explanation.examined_event_count()
              << " events\n";
  }
  for (const auto& category : explanation.categories()) PrintCategory(category);
  if (explanation.interests_size() > 0) std::cout << "\nSeen in pictures\n";
  for (const auto& interest : explanation.interests()) {
    std::vector<std::string> pictures;
    for (const auto& picture : interest.pictures()) {
      pictures.push_back(
          absl::StrFormat("%s %.2f by %s", picture.media(), picture.score(), picture.model()));
    }
    std::cout << absl::StreamFormat("%-24s%d pictures: %s\n", interest.interest().label(),
                                    interest.interest().picture_count(),
                                    absl::StrJoin(pictures, ", "));
  }
  if (explanation.responses_size() > 0) std::cout << "\nResponses to campaigns and coupons\n";
  for (const auto& response : explanation.responses()) PrintResponse(response);
  if (explanation.scores_size() > 0) {
    std::cout << "\nExpected, and what makes it higher or lower than of a typical customer\n";
  }
  for (const auto& score : explanation.scores()) Print(score, kShownFeatures, std::cout);
  if (explanation.features_size() > 0) {
    std::cout << "\nFeatures of behavior, by how far the vector turns without them\n";
  }
  int left = kShownFeatures;
  for (const auto& feature : explanation.features()) {
    if (left-- == 0 || feature.influence() == 0) break;
    std::cout << absl::StreamFormat("%-24s%.3f  %g  %s\n", feature.id(), feature.influence(),
                                    feature.value(), feature.description());
  }
}

}  // namespace

void AddExplainCommand(CLI::App& app, std::vector<Command>& commands) {
  struct Flags {
    std::string id;
    bool json = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "explain", "Why a customer's profile is as it is: signals, models, consents, influences");
  command->add_option("id", flags->id, "The customer's id")->required();
  command->add_flag("--json", flags->json, "Print the response as JSON");
  commands.push_back(
      {command, [flags](const SuiteClientOptions& options) -> absl::Status {
         CLIENTELE_ASSIGN_OR_RETURN(const std::string customer, CustomerName(flags->id));
         SuiteClient client(options);
         profile::v1::ExplainProfileRequest request;
         request.set_name(absl::StrCat(customer, "/profile"));
         CLIENTELE_ASSIGN_OR_RETURN(const auto explanation, client.ExplainProfile(request));
         if (flags->json) return PrintJson(explanation);
         PrintExplanation(explanation);
         return absl::OkStatus();
       }});
}

}  // namespace clientele::cli
