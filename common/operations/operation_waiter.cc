#include "common/operations/operation_waiter.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"

#include "common/status/error_details.h"

namespace clientele::operations {

absl::StatusOr<Operation> OperationWaiter::Wait(const RequestContext& context, absl::string_view id,
                                                absl::Duration timeout) {
  const absl::Time until = std::min(clock_->Now() + std::min(timeout, options_.max_wait),
                                    context.deadline - options_.deadline_margin);
  absl::StatusOr<Operation> latest = operations_->Get(context, id);
  if (!latest.ok() || latest->done() || clock_->Now() >= until) return latest;
  if (!Enter()) {
    return BusyError("too many calls wait for operations: ask for its state with GetOperation",
                     absl::Seconds(1));
  }
  const absl::Cleanup leave = [this] { Leave(); };
  while (latest.ok() && !latest->done()) {
    const absl::Duration left = until - clock_->Now();
    if (left <= absl::ZeroDuration()) break;
    if (context.cancellation.WaitFor(std::min(left, options_.poll_interval))) break;
    absl::StatusOr<Operation> next = operations_->Get(context, id);
    // Interrupted while it looked.
    if (!next.ok() && context.cancellation.IsCancelled()) break;
    latest = std::move(next);
  }
  return latest;
}

bool OperationWaiter::Enter() {
  std::lock_guard lock(mutex_);
  if (waits_ >= options_.max_waits) return false;
  ++waits_;
  return true;
}

void OperationWaiter::Leave() {
  std::lock_guard lock(mutex_);
  --waits_;
}

}  // namespace clientele::operations
