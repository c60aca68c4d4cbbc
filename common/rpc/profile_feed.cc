#include "common/rpc/profile_feed.h"

#include <utility>

#include "common/flags/secret.h"
#include "common/rpc/channel.h"
#include "common/rpc/profile_change_source.h"
#include "common/status/status_macros.h"

namespace clientele::rpc {

absl::StatusOr<std::unique_ptr<changefeed::ChangeSource>> OpenProfileFeed(
    const ProfileFeedOptions& options) {
  if (options.address.empty()) return nullptr;
  ProfileChangeSourceOptions source;
  source.channel = MakeChannel({.target = options.address});
  if (!options.token_file.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        source.bearer_token,
        flags::ReadSecret("CLIENTELE_PROFILE_SERVICE_TOKEN", options.token_file));
  }
  return std::make_unique<ProfileChangeSource>(std::move(source));
}

void AddProfileFeedFlags(CLI::App& app, ProfileFeedOptions& options) {
  flags::AddFlag(app, "profile_service_address", options.address,
                 "gRPC target of profile-service; empty: no change feed is followed");
  flags::AddFlag(app, "profile_service_token_file", options.token_file,
                 "File with the bearer token that profile-service asks for");
}

}  // namespace clientele::rpc
