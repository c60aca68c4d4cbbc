#ifndef CLIENTELE_COMMON_SERVICE_PROFILE_FEED_H_
#define CLIENTELE_COMMON_SERVICE_PROFILE_FEED_H_

// The change feed of profile-service, as a service's options name it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto feed, OpenProfileFeed(options.profile_feed));
//   if (feed != nullptr) { changefeed::ChangeFollower follower(feed.get(), &sink, ...); }

#include <memory>

#include "absl/status/statusor.h"

#include "common/changefeed/change_source.h"
#include "common/service/options.h"

namespace clientele::service {

// Connects when it is first read. Null where the address is empty. NOT_FOUND or
// FAILED_PRECONDITION when the token cannot be read.
absl::StatusOr<std::unique_ptr<changefeed::ChangeSource>> OpenProfileFeed(
    const ProfileFeedOptions& options);

}  // namespace clientele::service

#endif  // CLIENTELE_COMMON_SERVICE_PROFILE_FEED_H_
