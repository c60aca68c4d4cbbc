#include <algorithm>
#include <set>
#include <utility>
#include <vector>

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
    const CustomerExpiry expiry =
        ExpiryOf(rules, consent_policy_, ConsentsOfLocked(customer->first));
    std::vector<std::pair<EventKey, ExpiryRule>> gone;
    for (const auto& [key, event] : events_) {
      if (key.first != customer->first) continue;
      const auto of_event = [&event = event](const ExpiryRule& rule) {
        return event.type == rule.type && event.event_time < rule.before;
      };
      const auto own = std::find_if(expiry.own.begin(), expiry.own.end(), of_event);
      const auto rule = std::find_if(expiry.everybodys.begin(), expiry.everybodys.end(), of_event);
      if (own != expiry.own.end()) {
        gone.emplace_back(key, *own);
      } else if (rule != expiry.everybodys.end()) {
        gone.emplace_back(key, *rule);
        absl::Time& before = untold_.try_emplace(rule->type, rule->before).first->second;
        before = std::max(before, rule->before);
      }
    }
    std::set<EventType> told;
    for (const auto& [key, rule] : gone) {
      if (step.deleted == limits.events) return step;
      DropEventLocked(key);
      ++step.deleted;
      const bool own = std::find(expiry.own.begin(), expiry.own.end(), rule) != expiry.own.end();
      if (!own || !told.insert(rule.type).second) continue;
      AppendLocked(ChangeKind::kEventsExpired, key.first, "");
      log_[last_seq_].expired = rule;
      step.told = true;
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
