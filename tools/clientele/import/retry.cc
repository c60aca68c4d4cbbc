#include "tools/clientele/import/retry.h"

#include <algorithm>

#include "common/status/error_details.h"

namespace clientele::cli {

bool WorthRetrying(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status) || absl::IsDeadlineExceeded(status);
}

absl::Duration RetryDelay(const RetryPolicy& policy, int attempt, const absl::Status& status) {
  const absl::Duration own = policy.first_delay * (1 << std::min(attempt - 1, 16));
  const std::optional<absl::Duration> advice = GetRetryDelay(status);
  return std::min(policy.max_delay, advice.has_value() ? std::max(*advice, own) : own);
}

}  // namespace clientele::cli
