#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/commands/deletion.h"
#include "tools/clientele/import/progress.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

constexpr char kPrefix[] = "customers/";

// The customer and how many events go with them, for people.
absl::StatusOr<std::string> Describe(SuiteClient& client, const std::string& customer) {
  profile::v1::GetProfileRequest request;
  request.set_name(absl::StrCat(customer, "/profile"));
  const absl::StatusOr<profile::v1::Profile> profile = client.GetProfile(request);
  if (absl::IsNotFound(profile.status())) return profile.status();
  // Without a model there is no profile, and a deletion all the same.
  if (!profile.ok()) return customer;
  int64_t events = 0;
  for (const auto& counted : profile->event_counts()) events += counted.count();
  return absl::StrCat(customer, " with ", WithCommas(events), events == 1 ? " event" : " events");
}

absl::Status DeleteCustomer(SuiteClient& client, const std::string& customer, bool yes) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string what, Describe(client, customer));
  if (!yes && !ConfirmDeletion(what, std::cin, std::cerr)) {
    return absl::CancelledError("nothing was deleted");
  }
  profile::v1::DeleteCustomerRequest request;
  request.set_name(customer);
  // A repeated call after a lost answer must not report that there is no such customer.
  request.set_request_id(NewRequestId("delete"));
  CLIENTELE_RETURN_IF_ERROR(client.DeleteCustomer(request).status());
  std::cout << "deleted " << what
            << "; the services that follow erase what they hold within seconds\n";
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> CustomerToDelete(const std::string& name, const std::string& id) {
  if (id.empty()) {
    if (absl::StartsWith(name, kPrefix) && name.size() + 1 > sizeof(kPrefix)) return name;
    return absl::InvalidArgumentError("write customers/ID, or --id ID");
  }
  const absl::StatusOr<std::string> encoded = EncodeResourceId(id);
  if (!encoded.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the customer's id ", encoded.status().message()));
  }
  return absl::StrCat(kPrefix, *encoded);
}

bool ConfirmDeletion(const std::string& what, std::istream& in, std::ostream& out) {
  out << "Delete " << what << "? This cannot be undone. Type yes: " << std::flush;
  std::string line;
  return std::getline(in, line) && absl::StripAsciiWhitespace(line) == "yes";
}

void AddDeleteCommands(CLI::App& app, std::vector<Command>& commands) {
  struct Flags {
    std::string name;
    std::string id;
    bool yes = false;
  };
  CLI::App* parent = app.add_subcommand("delete", "Delete for good, in every service");
  parent->require_subcommand(1);
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      parent->add_subcommand("customer", "A customer and all that is known of them");
  CLI::Option_group* who = command->add_option_group("who");
  who->add_option("name", flags->name, "customers/ID, as the suite writes it");
  who->add_option("--id", flags->id, "The id, as a CSV file has it");
  who->require_option(1);
  command->add_flag("--yes", flags->yes, "Do not ask");
  commands.push_back({command, [flags](const SuiteClientOptions& options) -> absl::Status {
                        CLIENTELE_ASSIGN_OR_RETURN(const std::string customer,
                                                   CustomerToDelete(flags->name, flags->id));
                        SuiteClient client(options);
                        return DeleteCustomer(client, customer, flags->yes);
                      }});
}

}  // namespace clientele::cli
