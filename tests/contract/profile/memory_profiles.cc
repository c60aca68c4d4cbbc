// What MemoryStores tells of profiles: versions, what they are made of, and their vectors.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

absl::StatusOr<ProfileVersion> MemoryStores::Version(const RequestContext&,
                                                     absl::string_view customer_id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  ProfileVersion version{.customer_id = PersonLocked(std::string(customer_id))};
  const std::vector<std::string> members = MembersLocked(customer_id);
  const auto is_member = [&](const std::string& id) {
    return std::binary_search(members.begin(), members.end(), id);
  };
  for (const auto& [seq, entry] : log_) {
    if (is_member(entry.customer_id)) version.last_change = seq;
  }
  for (const auto& [key, leased_until] : pending_texts_) {
    version.pending_texts += static_cast<std::int64_t>(is_member(key.first));
  }
  for (const auto& [key, kept] : media_) {
    if (!is_member(key.first)) continue;
    for (const Sighting& sighting : kept.media.sightings) {
      ++version.sightings;
      version.last_sighting =
          std::max(version.last_sighting, absl::ToUnixMicros(sighting.see_time));
    }
  }
  return version;
}

absl::StatusOr<bool> MemoryStores::Contains(const RequestContext&, absl::string_view customer_id,
                                            std::int64_t change) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  if (change > last_seq_) return InvalidField("min_change", "names a change that has not been");
  const std::vector<std::string> members = MembersLocked(customer_id);
  for (const auto& [key, leased_until] : pending_texts_) {
    if (!std::binary_search(members.begin(), members.end(), key.first)) continue;
    std::int64_t stored = 0;
    for (const auto& [seq, entry] : log_) {
      if (EventKey(entry.customer_id, entry.event_id) == key) stored = seq;
    }
    if (stored <= change) return false;
  }
  return true;
}

absl::StatusOr<OverviewStore::Parts> MemoryStores::ReadOverview(
    const RequestContext& context, absl::string_view customer_id, absl::Time now,
    const AffinityModel& affinity, const SignalQuery& texts, int max_events) {
  Parts parts;
  CLIENTELE_ASSIGN_OR_RETURN(parts.behavior, Read(context, customer_id, now, affinity, texts));
  CLIENTELE_ASSIGN_OR_RETURN(parts.customer, Get(context, parts.behavior.customer_id));
  CLIENTELE_ASSIGN_OR_RETURN(parts.events, List(context, customer_id, std::nullopt, max_events));
  return parts;
}

absl::StatusOr<OverviewStore::Evidence> MemoryStores::ReadEvidence(
    const RequestContext& context, absl::string_view customer_id, absl::Time now,
    const AffinityModel& affinity, const SignalQuery& texts, int max_events) {
  Evidence evidence;
  CLIENTELE_ASSIGN_OR_RETURN(evidence.behavior, Read(context, customer_id, now, affinity, texts));
  CLIENTELE_ASSIGN_OR_RETURN(evidence.events, List(context, customer_id, std::nullopt, max_events));
  for (Event& event : evidence.events) event.text.clear();
  return evidence;
}

absl::StatusOr<int> MemoryStores::AdoptVectors(const RequestContext&, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  int adopted = 0;
  for (const auto& [id, customer] : customers_) {
    if (adopted == limit) break;
    adopted += profile_vectors_.try_emplace(id).second ? 1 : 0;
  }
  return adopted;
}

absl::Status MemoryStores::MakeVectorsDue(const RequestContext&,
                                          const std::vector<std::string>& customer_ids,
                                          absl::Time when) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::set<std::string> concerned(customer_ids.begin(), customer_ids.end());
  for (const Merge& merge : merges_) {
    if (concerned.contains(merge.customer_id)) concerned.insert(merge.into_id);
  }
  for (const std::string& id : std::set<std::string>(concerned)) {
    if (customers_.contains(id)) concerned.insert(PersonLocked(id));
  }
  for (const std::string& id : concerned) {
    if (!customers_.contains(id)) continue;
    const auto [kept, made] = profile_vectors_.try_emplace(id);
    absl::Time& due = kept->second.due_time;
    due = made ? when : std::min(due, when);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DueVector>> MemoryStores::TakeDueVectors(const RequestContext&,
                                                                    int limit, absl::Time now,
                                                                    absl::Duration lease) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::vector<DueVector> due;
  for (auto& [id, kept] : profile_vectors_) {
    if (static_cast<int>(due.size()) == limit) break;
    if (kept.due_time > now) continue;
    kept.due_time = now + lease;
    due.push_back({id, kept.due_time});
  }
  return due;
}

absl::Status MemoryStores::PutVectors(const RequestContext&, absl::Span<const MadeVector> vectors) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  for (const MadeVector& made : vectors) {
    const auto found = profile_vectors_.find(made.customer_id);
    if (found == profile_vectors_.end()) continue;
    KeptProfileVector& kept = found->second;
    const bool has =
        StandsLocked(made.customer_id) && ProfiledLocked(made.customer_id) && !made.vector.empty();
    kept.stored = {.customer_id = made.customer_id,
                   .model_id = has ? made.model_id : "",
                   .vector = has ? made.vector : std::vector<float>()};
    kept.make_time = clock_->Now();
    if (kept.due_time == made.lease_end) kept.due_time = made.next_due;
  }
  return absl::OkStatus();
}

absl::StatusOr<VectorPage> MemoryStores::ReadVectors(const RequestContext&,
                                                     const VectorPosition& after, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::map<std::pair<absl::Time, std::string>, const StoredVector*> in_order;
  for (const auto& [id, kept] : profile_vectors_) {
    if (kept.make_time > absl::InfinitePast()) in_order[{kept.make_time, id}] = &kept.stored;
  }
  VectorPage page{.vectors = {}, .next = after, .last = false};
  for (auto next = in_order.upper_bound({after.make_time, after.customer_id});
       next != in_order.end() && static_cast<int>(page.vectors.size()) < limit; ++next) {
    page.vectors.push_back(*next->second);
    page.next = {.make_time = next->first.first, .customer_id = next->first.second};
  }
  page.last = static_cast<int>(page.vectors.size()) < limit;
  return page;
}

absl::StatusOr<std::unordered_set<std::string>> MemoryStores::ListMatching(
    const RequestContext&, absl::string_view region, absl::string_view segment_id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  std::unordered_set<std::string> ids;
  for (const auto& [id, customer] : customers_) {
    if (!StandsLocked(id) || (!region.empty() && customer.region != region)) continue;
    if (segment_id.empty() || members_.contains({std::string(segment_id), id})) ids.insert(id);
  }
  return ids;
}

}  // namespace clientele::profile::testing
