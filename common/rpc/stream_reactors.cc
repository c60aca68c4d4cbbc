#include "common/rpc/stream_reactors.h"

namespace clientele::rpc::internal {

absl::Status StreamCutError() {
  return WithReason(absl::CancelledError("the caller left the stream"), reason::kCancelled);
}

absl::Status StreamDrainedError() {
  return UnavailableError(reason::kDraining, "the server is shutting down: open the stream again",
                          absl::Milliseconds(200));
}

absl::Status StreamIdleError() {
  return UnavailableError(reason::kStreamIdle,
                          "the stream was without a message for too long: open it again with one",
                          absl::ZeroDuration());
}

}  // namespace clientele::rpc::internal
