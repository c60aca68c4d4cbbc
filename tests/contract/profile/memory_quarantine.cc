#include <algorithm>
#include <cmath>
#include <tuple>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/events/event_store.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {
namespace {

std::int64_t SizeOf(const SentEvent& event) { return static_cast<std::int64_t>(BytesOf(event)); }

// Equal also where numbers are none.
bool SameAsSent(const SentEvent& a, const SentEvent& b) {
  const auto plain = [](SentEvent event) {
    const std::string numbers = absl::StrCat(event.quantity, " ", event.rating);
    event.quantity = event.rating = 0;
    return std::make_pair(event, numbers);
  };
  return plain(a) == plain(b);
}

bool IsAbout(const absl::Status& status, const std::string& field) {
  const std::vector<FieldViolation> violations = GetFieldViolations(status);
  return std::any_of(violations.begin(), violations.end(),
                     [&](const FieldViolation& violation) { return violation.field == field; });
}

}  // namespace

std::int64_t MemoryStores::QuarantineBytesLocked() const {
  std::int64_t bytes = 0;
  for (const auto& [id, kept] : quarantine_) bytes += SizeOf(kept.event.event);
  return bytes;
}

void MemoryStores::QuarantineLocked(const QuarantineCandidate& candidate,
                                    const QuarantineLimits& limits, EventBatchOutcome& outcome) {
  const SentEvent& sent = candidate.event;
  if (BytesOf(sent) > kMaxQuarantinedBytes ||
      tombstones_.contains(ClaimedCustomer(sent.customer))) {
    return;
  }
  const bool known = std::any_of(quarantine_.begin(), quarantine_.end(), [&](const auto& entry) {
    return SameAsSent(entry.second.sent, sent);
  });
  const bool fits = static_cast<std::int64_t>(quarantine_.size()) < limits.events &&
                    QuarantineBytesLocked() + SizeOf(sent) <= limits.bytes;
  if (!known && !fits) return;
  ++outcome.quarantined;
  if (known) return;
  const std::int64_t id = ++last_quarantined_;
  quarantine_[id] = {.event = {.id = id,
                               .event = sent,
                               .status = candidate.status,
                               .create_time = clock_->Now(),
                               .update_time = clock_->Now()},
                     .sent = sent};
}

absl::StatusOr<std::vector<QuarantinedEvent>> MemoryStores::ListQuarantined(
    const RequestContext&, const QuarantineFilter& filter, const QuarantineRange& range) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<QuarantinedEvent> events;
  std::int64_t bytes = 0;
  for (auto next = quarantine_.upper_bound(range.after);
       next != quarantine_.end() && static_cast<int>(events.size()) < range.events; ++next) {
    const QuarantinedEvent& event = next->second.event;
    if (!filter.customer_id.empty() &&
        ClaimedCustomer(event.event.customer) != filter.customer_id) {
      continue;
    }
    if (!filter.field.empty() && !IsAbout(event.status, filter.field)) continue;
    if (bytes > range.bytes) break;
    bytes += SizeOf(event.event);
    events.push_back(event);
  }
  return events;
}

absl::StatusOr<QuarantinedEvent> MemoryStores::MendQuarantined(
    const RequestContext&, const MutationId& mutation, std::int64_t id,
    const std::optional<std::string>& claimed, const QuarantineLimits& limits, Mend mend) {
  std::lock_guard lock(mutex_);
  const auto found = quarantine_.find(id);
  std::string subject = claimed.value_or("");
  if (!claimed && found != quarantine_.end()) {
    subject = ClaimedCustomer(found->second.event.event.customer);
  }
  return Once<QuarantinedEvent>(mutation, subject, [&]() -> absl::StatusOr<QuarantinedEvent> {
    if (found == quarantine_.end()) return NotFound(QuarantinedEventName(id));
    const auto find = [&](absl::string_view customer) -> absl::StatusOr<CustomerState> {
      const std::string key(customer);
      return tombstones_.contains(key)  ? CustomerState::kDeleted
             : customers_.contains(key) ? CustomerState::kKnown
                                        : CustomerState::kUnknown;
    };
    CLIENTELE_ASSIGN_OR_RETURN(const QuarantinedEvent mended, mend(found->second.event, find));
    const std::int64_t growth = SizeOf(mended.event) - SizeOf(found->second.event.event);
    if (growth > 0 && QuarantineBytesLocked() + growth > limits.bytes) {
      return WithReason(absl::FailedPreconditionError("the quarantine is full"), kQuarantineFull);
    }
    found->second.event = mended;
    return mended;
  });
}

absl::StatusOr<ReplayOutcome> MemoryStores::ReplayQuarantined(
    const RequestContext&, const std::optional<std::vector<std::int64_t>>& ids,
    const QuarantineRange& range, Judge judge) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  ReplayOutcome outcome;
  EventBatchOutcome stored;
  std::int64_t bytes = 0;
  int tried = 0;
  for (auto next = quarantine_.upper_bound(range.after); next != quarantine_.end();) {
    const auto at = next++;
    if (ids && std::find(ids->begin(), ids->end(), at->first) == ids->end()) continue;
    if (tried == range.events || bytes > range.bytes) {
      outcome.more = true;
      break;
    }
    ++tried;
    outcome.last_id = at->first;
    QuarantinedEvent& event = at->second.event;
    bytes += SizeOf(event.event);
    const absl::StatusOr<Event> judged = judge(event.event);
    absl::Status status = judged.status();
    if (judged.ok() && !customers_.contains(judged->customer_id)) {
      status = UnknownCustomerAt(kQuarantinePath);
    }
    if (status.ok()) {
      InsertLocked(*judged, stored);
      quarantine_.erase(at);
      continue;
    }
    ++outcome.rejected;
    event.status = status;
    event.update_time = clock_->Now();
    ++event.revision;
  }
  outcome.created = stored.created;
  outcome.duplicates = stored.duplicates;
  outcome.change = tried > 0 ? last_seq_ : 0;
  FinishBatchLocked();
  return outcome;
}

absl::Status MemoryStores::DeleteQuarantined(const RequestContext&, const MutationId& mutation,
                                             std::int64_t id) {
  std::lock_guard lock(mutex_);
  return Once<bool>(mutation, "",
                    [&]() -> absl::StatusOr<bool> {
                      if (quarantine_.erase(id) == 0) return NotFound(QuarantinedEventName(id));
                      return true;
                    })
      .status();
}

absl::StatusOr<std::int64_t> MemoryStores::DropQuarantined(const RequestContext&, absl::Time before,
                                                           int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::int64_t dropped = 0;
  for (auto next = quarantine_.begin(); next != quarantine_.end() && dropped < limit;) {
    if (next->second.event.create_time < before) {
      next = quarantine_.erase(next);
      ++dropped;
    } else {
      ++next;
    }
  }
  return dropped;
}

}  // namespace clientele::profile::testing
