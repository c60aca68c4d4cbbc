#ifndef CLIENTELE_COMMON_RPC_PROFILE_FEED_H_
#define CLIENTELE_COMMON_RPC_PROFILE_FEED_H_

// The change feed of profile-service, as a service's options name it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto feed, OpenProfileFeed(options.profile_feed));
//   if (feed != nullptr) { changefeed::ChangeFollower follower(feed.get(), &sink, ...); }

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/changefeed/change_source.h"
#include "common/flags/flags.h"

namespace clientele::rpc {

// Whose change feed is followed.
struct ProfileFeedOptions {
  // gRPC target of profile-service; empty: no feed is followed.
  std::string address = "127.0.0.1:50051";
  // File with the bearer token that profile-service asks for; empty: none is sent.
  std::string token_file = {};
};

// Connects when it is first read. Null where the address is empty. NOT_FOUND or
// FAILED_PRECONDITION when the token cannot be read.
absl::StatusOr<std::unique_ptr<changefeed::ChangeSource>> OpenProfileFeed(
    const ProfileFeedOptions& options);

// For main.cc only. Adds
// profile_service_address, profile_service_token_file.
void AddProfileFeedFlags(CLI::App& app, ProfileFeedOptions& options);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_PROFILE_FEED_H_
