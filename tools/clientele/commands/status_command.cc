#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "tools/clientele/commands/commands.h"

namespace clientele::cli {
namespace {

struct StatusFlags {
  double wait_seconds = 0;
  // Where a service's own health is asked; empty: it is probed through the gateway.
  std::string profile, qa, recommend;
};

struct Member {
  std::string name;
  std::function<absl::Status()> check;
};

// True when all four serve.
bool Report(const std::vector<Member>& members, bool print) {
  bool all = true;
  for (const Member& member : members) {
    const absl::Time start = absl::Now();
    const absl::Status status = member.check();
    all = all && status.ok();
    if (!print) continue;
    std::cout << absl::StrFormat("%-18s %s", member.name, status.ok() ? "SERVING" : "NOT SERVING");
    if (status.ok()) {
      std::cout << absl::StrFormat("  (%.1f ms)\n",
                                   absl::ToDoubleMilliseconds(absl::Now() - start));
    } else {
      std::cout << "  " << status.message() << "\n";
    }
  }
  return all;
}

// The versions that serve, wait, were rejected or are kept aside, of each service that answers.
void ReportModels(SuiteClient& client) {
  for (const char* service : {"profile", "qa", "recommend"}) {
    const auto versions = client.ListModels(service);
    if (!versions.ok()) continue;
    for (const model::v1::ModelVersion& version : *versions) {
      const std::string name = absl::StrCat(version.model(), "/", version.version());
      if (version.state() == model::v1::ModelVersion::STATE_SERVING) {
        std::cout << absl::StrFormat("  %-9s %s (%s)\n", service, name, version.label());
      } else if (version.state() == model::v1::ModelVersion::STATE_REJECTED) {
        std::cout << absl::StrFormat("  %-9s %s rejected: %s\n", service, name,
                                     version.reject_reason());
      } else if (version.state() == model::v1::ModelVersion::STATE_KEPT_ASIDE) {
        std::cout << absl::StrFormat("  %-9s %s %s\n", service, name, version.reject_reason());
      } else if (version.state() == model::v1::ModelVersion::STATE_WAITING) {
        std::cout << absl::StrFormat("  %-9s %s waits to serve: see clientele upgrade-report\n",
                                     service, name);
      }
    }
  }
}

absl::Status ShowStatus(const StatusFlags& flags, SuiteClientOptions options) {
  options.retry.max_attempts = 1;
  options.timeout = absl::Seconds(5);
  SuiteClient client(options);
  const auto member = [&](const std::string& name, const std::string& address,
                          std::function<absl::Status()> probe) {
    if (address.empty()) return Member{name, std::move(probe)};
    return Member{name, [&options, address] { return CheckHealth(address, options.bearer_token); }};
  };
  const std::vector<Member> members = {
      member("gateway-service", options.gateway, nullptr),
      member("profile-service", flags.profile, [&] { return client.ProbeProfile(); }),
      member("qa-service", flags.qa, [&] { return client.ProbeQa(); }),
      member("recommend-service", flags.recommend, [&] { return client.ProbeRecommend(); })};
  const absl::Time deadline = absl::Now() + absl::Seconds(flags.wait_seconds);
  while (absl::Now() < deadline && !Report(members, /*print=*/false)) {
    absl::SleepFor(absl::Milliseconds(200));
  }
  const bool all = Report(members, /*print=*/true);
  ReportModels(client);
  if (all) return absl::OkStatus();
  return absl::UnavailableError("not all services are serving");
}

}  // namespace

void AddStatusCommand(CLI::App& app, std::vector<Command>& commands) {
  auto flags = std::make_shared<StatusFlags>();
  CLI::App* command = app.add_subcommand("status", "Health of the four services");
  command
      ->add_option("--wait", flags->wait_seconds, "Wait at most this many seconds for all to serve")
      ->check(CLI::Range(0.0, 86400.0));
  const auto add_address = [command](const std::string& name, std::string& address) {
    command
        ->add_option("--" + name + "_service_address", address,
                     "Ask " + name + "-service itself; without it, probe it through the gateway")
        ->envname("CLIENTELE_" + absl::AsciiStrToUpper(name) + "_SERVICE_ADDRESS");
  };
  add_address("profile", flags->profile);
  add_address("qa", flags->qa);
  add_address("recommend", flags->recommend);
  commands.push_back({command, [flags](const SuiteClientOptions& options) {
                        // On a developer's machine the ports are known.
                        if (options.gateway == "127.0.0.1:50050") {
                          if (flags->profile.empty()) flags->profile = "127.0.0.1:50051";
                          if (flags->qa.empty()) flags->qa = "127.0.0.1:50052";
                          if (flags->recommend.empty()) flags->recommend = "127.0.0.1:50053";
                        }
                        return ShowStatus(*flags, options);
                      }});
}

}  // namespace clientele::cli
