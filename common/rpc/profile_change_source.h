#ifndef CLIENTELE_COMMON_RPC_PROFILE_CHANGE_SOURCE_H_
#define CLIENTELE_COMMON_RPC_PROFILE_CHANGE_SOURCE_H_

// The change feed of profile-service (ProfileService.StreamChanges) as a
// changefeed::ChangeSource. The caller's name in the context names the follower there.
//
//   rpc::ProfileChangeSource source({.channel = rpc::MakeChannel({.target = "127.0.0.1:50051"})});
//   changefeed::ChangeFollower follower(&source, &sink, {.name = "qa-service"});

#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/changefeed/change_source.h"
#include "common/executor/request_context.h"

namespace clientele::rpc {

struct ProfileChangeSourceOptions {
  // Shared; see channel.h.
  std::shared_ptr<grpc::Channel> channel;
  // Sent as "authorization: Bearer ..."; empty: none.
  std::string bearer_token = {};
  // Changes in one message, 1 to 5000; 0: the service's own choice.
  int max_batch_size = 0;
  // Ask for the texts that customers wrote. Only where they are needed.
  bool include_text = false;
};

// Thread-safe. Streams may outlive the source.
class ProfileChangeSource final : public changefeed::ChangeSource {
 public:
  explicit ProfileChangeSource(ProfileChangeSourceOptions options);
  ~ProfileChangeSource() override;

  // Never fails itself: errors of the service come from the stream's Next().
  // Canceling the context cancels the stream; its deadline is not used.
  absl::StatusOr<std::unique_ptr<changefeed::ChangeStream>> Open(const RequestContext& context,
                                                                 absl::string_view cursor) override;

 private:
  const ProfileChangeSourceOptions options_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_PROFILE_CHANGE_SOURCE_H_
