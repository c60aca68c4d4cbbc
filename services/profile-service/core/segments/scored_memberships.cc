#include "services/profile-service/core/segments/scored_memberships.h"

#include <cstddef>

#include "common/status/status_macros.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/segments/rule_book.h"

namespace clientele::profile {

absl::StatusOr<std::vector<CustomerRecord>> ScoredMemberships::ReadRecords(
    const RequestContext& context, const std::vector<std::string>& customer_ids,
    const RecordQuery& query) {
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<CustomerRecord> records,
                             store_->ReadRecords(context, customer_ids, query));
  if (!query.reads.scores) return records;
  std::vector<CustomerRecord*> scored;
  std::vector<BehaviorVector> behavior;
  for (CustomerRecord& record : records) {
    if (record.behavior.event_count() == 0 || !MayBelong(record, consent_)) continue;
    scored.push_back(&record);
    behavior.push_back(ToVector(ComputeBehavior(record.behavior, query.now)));
  }
  if (scored.empty()) return records;
  std::vector<KnownParts> rows;
  rows.reserve(behavior.size());
  for (const BehaviorVector& vector : behavior) rows.push_back({.behavior = &vector, .text = {}});
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<FusedVector> fused, fuser_->FuseAll(context, rows));
  for (std::size_t i = 0; i < scored.size(); ++i) {
    for (const ProfileScore& score : fused[i].scores) scored[i]->scores[score.id] = score.value;
  }
  return records;
}

}  // namespace clientele::profile
