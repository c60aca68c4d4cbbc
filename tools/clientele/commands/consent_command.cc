#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/printing.h"

namespace clientele::cli {
namespace {

using profile::v1::Consent;

struct ConsentFlags {
  std::string id;
  std::vector<std::string> grant;
  std::vector<std::string> withdraw;
  std::string text_version;
  std::string source;
  bool history = false;
  bool json = false;
};

std::string PurposeOf(const Consent& consent) {
  return consent.name().substr(consent.name().rfind('/') + 1);
}

// What was decided, and the evidence.
std::string Evidence(const Consent& consent) {
  if (consent.state() == profile::v1::CONSENT_STATE_UNSPECIFIED) return "never decided";
  std::string text = absl::StrCat(
      consent.state() == profile::v1::CONSENT_STATE_GRANTED ? "granted " : "withdrawn ",
      ShortTime(consent.decision_time()));
  if (!consent.text_version().empty()) {
    absl::StrAppend(&text, ", text ", consent.text_version());
  }
  if (!consent.source().empty()) absl::StrAppend(&text, ", ", consent.source());
  return text;
}

absl::Status ShowConsents(SuiteClient& client, const std::string& customer, bool json) {
  profile::v1::ListConsentsRequest request;
  request.set_parent(customer);
  CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListConsents(request));
  if (json) return PrintJson(response);
  for (const Consent& consent : response.consents()) {
    std::cout << absl::StreamFormat("%-24s%-10s%s\n", PurposeOf(consent),
                                    consent.allowed() ? "allowed" : "withheld", Evidence(consent));
  }
  return absl::OkStatus();
}

absl::Status ShowHistory(SuiteClient& client, const std::string& customer, bool json) {
  profile::v1::ListConsentDecisionsRequest request;
  request.set_parent(customer);
  do {
    CLIENTELE_ASSIGN_OR_RETURN(const auto response, client.ListConsentDecisions(request));
    if (json) CLIENTELE_RETURN_IF_ERROR(PrintJson(response));
    for (const Consent& consent : response.decisions()) {
      if (!json)
        std::cout << absl::StreamFormat("%-24s%s\n", PurposeOf(consent), Evidence(consent));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Record(SuiteClient& client, const std::string& customer, const ConsentFlags& flags) {
  profile::v1::BatchUpdateConsentsRequest request;
  const auto add = [&](const std::vector<std::string>& purposes, profile::v1::ConsentState state) {
    for (const std::string& purpose : purposes) {
      Consent& consent = *request.add_consents();
      consent.set_name(absl::StrCat(customer, "/consents/", purpose));
      consent.set_state(state);
      consent.set_text_version(flags.text_version);
      consent.set_source(flags.source);
    }
  };
  add(flags.grant, profile::v1::CONSENT_STATE_GRANTED);
  add(flags.withdraw, profile::v1::CONSENT_STATE_WITHDRAWN);
  // A repeated call after a lost answer must not record the decision twice.
  request.set_request_id(NewRequestId("consent"));
  return client.UpdateConsents(request).status();
}

}  // namespace

void AddConsentCommand(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<ConsentFlags>();
  CLI::App* command = app.add_subcommand(
      "consent", "What a customer allows their data to be used for; records their decisions");
  command->add_option("id", flags->id, "The customer's id")->required();
  command
      ->add_option("--grant", flags->grant,
                   "Purposes that the customer allows, separated by commas: of profiling, "
                   "image-analysis, recommendation, marketing, answer-personalization")
      ->delimiter(',');
  command->add_option("--withdraw", flags->withdraw, "Purposes that the customer forbids")
      ->delimiter(',');
  command->add_option("--text_version", flags->text_version,
                      "Version of the text that the customer was shown");
  command->add_option("--source", flags->source, "Where, such as \"call center\"");
  command->add_flag("--history", flags->history, "Every decision with its evidence, newest first");
  command->add_flag("--json", flags->json, "Print responses as JSON");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        CLIENTELE_ASSIGN_OR_RETURN(const std::string customer,
                                                   CustomerName(flags->id));
                        SuiteClient client(options);
                        if (!flags->grant.empty() || !flags->withdraw.empty()) {
                          CLIENTELE_RETURN_IF_ERROR(Record(client, customer, *flags));
                        }
                        return flags->history ? ShowHistory(client, customer, flags->json)
                                              : ShowConsents(client, customer, flags->json);
                      }});
}

}  // namespace clientele::cli
