#include "common/service/profile_feed.h"

#include <utility>

#include "common/rpc/channel.h"
#include "common/rpc/profile_change_source.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"

namespace clientele::service {

absl::StatusOr<std::unique_ptr<changefeed::ChangeSource>> OpenProfileFeed(
    const ProfileFeedOptions& options) {
  if (options.address.empty()) return nullptr;
  rpc::ProfileChangeSourceOptions source;
  source.channel = rpc::MakeChannel({.target = options.address});
  if (!options.token_file.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        source.bearer_token,
        rpc::ReadSecret("CLIENTELE_PROFILE_SERVICE_TOKEN", options.token_file));
  }
  return std::make_unique<rpc::ProfileChangeSource>(std::move(source));
}

}  // namespace clientele::service
