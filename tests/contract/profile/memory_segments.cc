// The segments of MemoryStores.
#include <algorithm>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

void MemoryStores::MakeDueLocked(const std::string& customer_id) {
  if (segments_.empty()) return;
  Due& due = due_[PersonLocked(customer_id)];
  due.time = absl::InfinitePast();
  ++due.revision;
}

absl::StatusOr<Segment> MemoryStores::CreateSegment(const RequestContext&,
                                                    const MutationId& mutation,
                                                    const Segment& segment, int max_segments) {
  std::lock_guard lock(mutex_);
  return Once<Segment>(mutation, "", [&]() -> absl::StatusOr<Segment> {
    if (static_cast<int>(segments_.size()) >= max_segments) {
      return absl::ResourceExhaustedError("too many segments");
    }
    if (!segments_.emplace(segment.id, segment).second) {
      return AlreadyExists(SegmentName(segment.id));
    }
    for (const auto& [id, customer] : customers_) MakeDueLocked(id);
    return segment;
  });
}

absl::StatusOr<Segment> MemoryStores::GetSegment(const RequestContext&, absl::string_view id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = segments_.find(std::string(id));
  if (found == segments_.end()) return NotFound(SegmentName(id));
  return found->second;
}

absl::StatusOr<std::vector<Segment>> MemoryStores::ListSegments(const RequestContext&) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<Segment> segments;
  for (const auto& [id, segment] : segments_) segments.push_back(segment);
  return segments;
}

absl::Status MemoryStores::DeleteSegment(const RequestContext&, const MutationId& mutation,
                                         absl::string_view id) {
  std::lock_guard lock(mutex_);
  return Once<bool>(mutation, "",
                    [&]() -> absl::StatusOr<bool> {
                      if (segments_.erase(std::string(id)) == 0) return NotFound(SegmentName(id));
                      std::erase_if(members_,
                                    [&](const auto& one) { return one.first.first == id; });
                      return true;
                    })
      .status();
}

absl::StatusOr<std::vector<SegmentMember>> MemoryStores::ListMembers(const RequestContext&,
                                                                     absl::string_view id,
                                                                     absl::string_view after_id,
                                                                     int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!segments_.contains(std::string(id))) return NotFound(SegmentName(id));
  std::vector<SegmentMember> members;
  for (auto next = members_.upper_bound({std::string(id), std::string(after_id)});
       next != members_.end() && next->first.first == id &&
       static_cast<int>(members.size()) < limit;
       ++next) {
    members.push_back({next->first.second, next->second, {}});
  }
  return members;
}

absl::StatusOr<std::vector<DueCustomer>> MemoryStores::TakeDue(const RequestContext&, int limit,
                                                               absl::Time now,
                                                               absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<DueCustomer> taken;
  for (auto& [customer, due] : due_) {
    if (due.time > now || due.leased_until > now || static_cast<int>(taken.size()) >= limit) {
      continue;
    }
    due.leased_until = now + lease;
    taken.push_back({customer, due.revision});
  }
  return taken;
}

absl::StatusOr<CustomerRecord> MemoryStores::ReadRecord(const RequestContext& context,
                                                        absl::string_view customer_id,
                                                        absl::Time now,
                                                        const AffinityModel& affinity,
                                                        absl::Time events_since) {
  CustomerRecord record;
  CLIENTELE_ASSIGN_OR_RETURN(record.customer, Get(context, customer_id));
  CLIENTELE_ASSIGN_OR_RETURN(record.behavior, Read(context, customer_id, now, affinity, {}));
  std::lock_guard lock(mutex_);
  for (const Event* event : EventsOfLocked(customer_id)) {
    if (event->event_time > events_since) record.events.push_back(*event);
  }
  return record;
}

absl::Status MemoryStores::Settle(const RequestContext&, const DueCustomer& customer,
                                  const std::vector<std::string>& segment_ids,
                                  std::optional<absl::Time> next, absl::Time now) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  const auto found = due_.find(customer.customer_id);
  if (found == due_.end()) return absl::OkStatus();
  if (const std::string person = PersonLocked(customer.customer_id);
      person != customer.customer_id) {
    due_.erase(found);
    MakeDueLocked(person);
    return absl::OkStatus();
  }
  std::vector<std::string> joined;
  for (auto& [id, segment] : segments_) {
    const std::pair key(id, customer.customer_id);
    const bool belongs = std::find(segment_ids.begin(), segment_ids.end(), id) != segment_ids.end();
    if (belongs) {
      if (!members_.try_emplace(key, now).second) continue;
      ++segment.member_count;
      joined.push_back(id);
    } else if (members_.erase(key) > 0) {
      --segment.member_count;
      AppendLocked(ChangeKind::kSegmentLeft, customer.customer_id, id);
    }
  }
  for (const std::string& id : joined) {
    AppendLocked(ChangeKind::kSegmentJoined, customer.customer_id, id);
  }
  Due& due = found->second;
  due.leased_until = absl::InfinitePast();
  if (due.revision == customer.revision) due.time = next.value_or(absl::InfiniteFuture());
  return absl::OkStatus();
}

}  // namespace clientele::profile::testing
