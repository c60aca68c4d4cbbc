#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_MEMBERSHIP_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_MEMBERSHIP_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/segments/membership_store.h"

namespace clientele::profile {

// profile.segment_members, profile.segment_due, which triggers on customers and events fill, and
// profile.segment_fills.
//
// Locks, in this order: rows of segment_fills; of customers, by id; of segment_due, by id; of
// segments, by id; the feed. Settle shares the fills' rows, and SettleFill takes its one alone, so
// that neither sees half of what the other wrote: whoever decides about a customer after a page of
// a fill sees the memberships that it gave, and takes them back where newer facts say so.
class PgMembershipStore final : public MembershipStore {
 public:
  // Both borrowed; they outlive the store.
  PgMembershipStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<std::vector<DueCustomer>> TakeDue(const RequestContext& context, int limit,
                                                   absl::Time now, absl::Duration lease) override;
  absl::StatusOr<std::vector<CustomerRecord>> ReadRecords(
      const RequestContext& context, const std::vector<std::string>& customer_ids,
      const RecordQuery& query) override;
  absl::StatusOr<int> Settle(const RequestContext& context, const DecisionBatch& batch) override;
  absl::StatusOr<std::optional<SegmentFill>> TakeFill(const RequestContext& context, absl::Time now,
                                                      absl::Duration lease) override;
  absl::StatusOr<std::vector<Candidate>> ListCandidates(const RequestContext& context,
                                                        const RuleNarrowing& narrowing,
                                                        absl::string_view after_id, int limit,
                                                        absl::Time now) override;
  absl::StatusOr<int> SettleFill(const RequestContext& context, const SegmentFill& fill,
                                 const std::optional<std::string>& next_after,
                                 const DecisionBatch& batch) override;

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_MEMBERSHIP_STORE_H_
