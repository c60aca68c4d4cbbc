#include "services/profile-service/core/events/event_expiry.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::profile {

absl::Status EventExpiry::Run(const RequestContext& context) {
  std::vector<ExpiryRule> rules = retention_.ExpiredBy(clock_->Now());
  if (complete_) {
    if (started_ && rules == rules_) return absl::OkStatus();
    started_ = true;
    rules_ = std::move(rules);
    after_.clear();
    complete_ = false;
  }
  while (!complete_) {
    if (!context.Check(clock_->Now()).ok()) return absl::OkStatus();
    CLIENTELE_ASSIGN_OR_RETURN(ExpiryStep step,
                               store_->ExpireEvents(context, rules_, after_, limits_));
    after_ = std::move(step.next_after);
    if (step.told) notifier_->Published();
    if (!step.done) continue;
    // What a process before this one deleted, and ended before it told of it, is told of as well.
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t told, store_->TellExpired(context));
    if (told > 0) notifier_->Published();
    complete_ = true;
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
