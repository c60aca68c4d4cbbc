#include "common/executor/request_context.h"

#include "common/status/error_details.h"

namespace clientele {

absl::Status RequestContext::Check(absl::Time now) const {
  if (cancellation.IsCancelled()) {
    return WithReason(absl::CancelledError("the caller cancelled the call"), reason::kCancelled);
  }
  if (now >= deadline) {
    return WithReason(absl::DeadlineExceededError("the call's deadline has passed"),
                      reason::kDeadlineExceeded);
  }
  return absl::OkStatus();
}

}  // namespace clientele
