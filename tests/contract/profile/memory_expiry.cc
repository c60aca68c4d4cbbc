#include <algorithm>

#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

absl::StatusOr<ExpiryStep> MemoryStores::ExpireEvents(const RequestContext&,
                                                      const std::vector<ExpiryRule>& rules,
                                                      absl::string_view after,
                                                      const ExpiryLimits& limits) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  ExpiryStep step{.next_after = std::string(after)};
  auto customer = customers_.upper_bound(std::string(after));
  for (int seen = 0; seen < limits.customers && customer != customers_.end(); ++seen, ++customer) {
    std::vector<EventKey> gone;
    for (const auto& [key, event] : events_) {
      if (key.first != customer->first) continue;
      for (const ExpiryRule& rule : rules) {
        if (event.type != rule.type || event.event_time >= rule.before) continue;
        gone.push_back(key);
        absl::Time& before = untold_.try_emplace(rule.type, rule.before).first->second;
        before = std::max(before, rule.before);
      }
    }
    for (const EventKey& key : gone) {
      if (step.deleted == limits.events) return step;
      DropEventLocked(key);
      ++step.deleted;
    }
    step.next_after = customer->first;
  }
  step.done = customer == customers_.end();
  return step;
}

absl::StatusOr<std::int64_t> MemoryStores::TellExpired(const RequestContext&) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto told = static_cast<std::int64_t>(untold_.size());
  for (const auto& [type, before] : untold_) {
    AppendLocked(ChangeKind::kEventsExpired, "", "");
    log_[last_seq_].expired = {type, before};
  }
  untold_.clear();
  return told;
}

}  // namespace clientele::profile::testing
