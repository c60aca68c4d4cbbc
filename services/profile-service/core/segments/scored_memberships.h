#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SCORED_MEMBERSHIPS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SCORED_MEMBERSHIPS_H_

#include <optional>
#include <string>
#include <vector>

#include "common/consent/consent.h"
#include "services/profile-service/core/profiles/profile_models.h"
#include "services/profile-service/core/segments/membership_store.h"

namespace clientele::profile {

// Another store, whose records also have the scores that rules read: they are computed of a set of
// customers in one call of the fuser, and of nobody who may not be profiled.
//
//   ScoredMemberships memberships(&store, &fuser, policy);   // all borrowed
//
// ReadRecords is UNAVAILABLE (MODEL_UNAVAILABLE) too, where scores are read and no fuser serves.
class ScoredMemberships final : public MembershipStore {
 public:
  ScoredMemberships(MembershipStore* store, ProfileFuser* fuser, consent::Policy consent)
      : store_(store), fuser_(fuser), consent_(consent) {}

  absl::StatusOr<std::vector<DueCustomer>> TakeDue(const RequestContext& context, int limit,
                                                   absl::Time now, absl::Duration lease) override {
    return store_->TakeDue(context, limit, now, lease);
  }
  absl::StatusOr<std::vector<CustomerRecord>> ReadRecords(
      const RequestContext& context, const std::vector<std::string>& customer_ids,
      const RecordQuery& query) override;
  absl::StatusOr<int> Settle(const RequestContext& context, const DecisionBatch& batch) override {
    return store_->Settle(context, batch);
  }
  absl::StatusOr<std::optional<SegmentFill>> TakeFill(const RequestContext& context, absl::Time now,
                                                      absl::Duration lease) override {
    return store_->TakeFill(context, now, lease);
  }
  absl::StatusOr<std::vector<Candidate>> ListCandidates(const RequestContext& context,
                                                        const RuleNarrowing& narrowing,
                                                        absl::string_view after_id, int limit,
                                                        absl::Time now) override {
    return store_->ListCandidates(context, narrowing, after_id, limit, now);
  }
  absl::StatusOr<int> SettleFill(const RequestContext& context, const SegmentFill& fill,
                                 const std::optional<std::string>& next_after,
                                 const DecisionBatch& batch) override {
    return store_->SettleFill(context, fill, next_after, batch);
  }

 private:
  MembershipStore* const store_;
  ProfileFuser* const fuser_;
  const consent::Policy consent_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SCORED_MEMBERSHIPS_H_
