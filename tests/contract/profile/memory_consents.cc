// The consents of MemoryStores.
#include <algorithm>
#include <set>
#include <tuple>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

std::vector<ConsentDecision> MemoryStores::DecisionsOfLocked(absl::string_view customer_id) const {
  std::vector<ConsentDecision> decisions;
  for (const ConsentDecision& decision : decisions_) {
    const std::vector<std::string> members = MembersLocked(customer_id);
    if (std::binary_search(members.begin(), members.end(), decision.customer_id)) {
      decisions.push_back(decision);
    }
  }
  std::sort(decisions.begin(), decisions.end(), [](const auto& a, const auto& b) {
    return std::tie(a.decision_time, a.decision_id) > std::tie(b.decision_time, b.decision_id);
  });
  return decisions;
}

consent::Consents MemoryStores::ConsentsOfLocked(absl::string_view customer_id) const {
  consent::Consents consents;
  for (const ConsentDecision& decision : DecisionsOfLocked(customer_id)) {
    if (consents.Of(decision.purpose) != consent::Decision::kNone) continue;
    consents.Set(decision.purpose,
                 decision.granted ? consent::Decision::kGranted : consent::Decision::kWithdrawn);
  }
  return consents;
}

bool MemoryStores::ProfiledLocked(absl::string_view customer_id) const {
  return consent_policy_.Allows(consent::Purpose::kProfiling, ConsentsOfLocked(customer_id));
}

int64_t MemoryStores::RecordLocked(const std::vector<ConsentDecision>& decisions) {
  const std::vector<ConsentDecision> known = decisions_;
  std::set<std::string> decided, profiled;
  int64_t recorded = 0;
  for (const ConsentDecision& decision : decisions) {
    const auto same = [&](const ConsentDecision& other) {
      ConsentDecision copy = other;
      copy.store_time = decision.store_time;
      copy.decision_id = decision.decision_id;
      return copy == decision;
    };
    if (std::any_of(known.begin(), known.end(), same)) continue;
    ++recorded;
    decisions_.push_back(decision);
    decisions_.back().decision_id = static_cast<int64_t>(decisions_.size());
    for (const std::string& member : MembersLocked(decision.customer_id)) {
      decided.insert(member);
      if (decision.purpose == consent::Purpose::kProfiling) profiled.insert(member);
    }
  }
  for (const std::string& customer : profiled) ApplyToVectorsLocked(customer);
  for (const ConsentDecision& decision : decisions) {
    if (decision.purpose != consent::Purpose::kImageAnalysis || decision.granted ||
        CheckConsentLocked(decision.customer_id).ok()) {
      continue;
    }
    for (const std::string& member : MembersLocked(decision.customer_id)) {
      std::erase_if(media_, [&](const auto& entry) { return entry.first.first == member; });
    }
  }
  for (const std::string& customer : decided) MakeDueLocked(customer);
  for (const std::string& customer : decided) AppendLocked(ChangeKind::kConsents, customer, "");
  return recorded;
}

absl::StatusOr<int64_t> MemoryStores::Record(const RequestContext&, const MutationId& mutation,
                                             const std::vector<ConsentDecision>& decisions,
                                             const consent::Policy& policy) {
  std::lock_guard lock(mutex_);
  consent_policy_ = policy;
  const std::string subject = decisions.size() == 1 ? decisions.front().customer_id : "";
  return Once<int64_t>(mutation, subject, [&]() -> absl::StatusOr<int64_t> {
    for (const ConsentDecision& decision : decisions) {
      if (!customers_.contains(decision.customer_id)) {
        return NotFound(CustomerName(decision.customer_id));
      }
    }
    return RecordLocked(decisions);
  });
}

void MemoryStores::ApplyToVectorsLocked(const std::string& customer_id) {
  const auto kept = profile_vectors_.find(customer_id);
  if (kept != profile_vectors_.end() && !ProfiledLocked(customer_id)) {
    kept->second.stored.model_id.clear();
    kept->second.stored.vector.clear();
  }
  for (const auto& [key, event] : events_) {
    if (key.first != customer_id || !HasText(event)) continue;
    const auto of_event = [&key = key](const auto& entry) { return entry.first.first == key; };
    if (!ProfiledLocked(customer_id)) {
      pending_texts_.erase(key);
      std::erase_if(vectors_, of_event);
    } else if (std::none_of(vectors_.begin(), vectors_.end(), of_event)) {
      pending_texts_.try_emplace(key, absl::InfinitePast());
    }
  }
}

absl::StatusOr<std::vector<ConsentDecision>> MemoryStores::Newest(const RequestContext&,
                                                                  absl::string_view customer_id) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  std::map<consent::Purpose, ConsentDecision> newest;
  for (const ConsentDecision& decision : DecisionsOfLocked(customer_id)) {
    newest.try_emplace(decision.purpose, decision);
  }
  std::vector<ConsentDecision> decisions;
  for (const auto& [purpose, decision] : newest) decisions.push_back(decision);
  return decisions;
}

absl::StatusOr<std::vector<ConsentDecision>> MemoryStores::History(
    const RequestContext&, absl::string_view customer_id,
    const std::optional<ConsentPosition>& after, int limit) {
  std::lock_guard lock(mutex_);
  CLIENTELE_RETURN_IF_ERROR(failure_);
  if (!customers_.contains(std::string(customer_id))) return NotFound(CustomerName(customer_id));
  std::vector<ConsentDecision> page;
  for (const ConsentDecision& decision : DecisionsOfLocked(customer_id)) {
    const bool before = after && std::tie(decision.decision_time, decision.decision_id) >=
                                     std::tie(after->decision_time, after->decision_id);
    if (before || static_cast<int>(page.size()) >= limit) continue;
    page.push_back(decision);
  }
  return page;
}

}  // namespace clientele::profile::testing
