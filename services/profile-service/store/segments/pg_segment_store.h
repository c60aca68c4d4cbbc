#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/segments/segment_store.h"

namespace clientele::profile {

// profile.segments, profile.segment_members and profile.segment_due, which triggers on customers
// and events fill.
class PgSegmentStore final : public SegmentStore {
 public:
  // All borrowed; they outlive the store.
  PgSegmentStore(postgres::ConnectionPool* pool, const Ledger* ledger, const crypto::Cipher* cipher)
      : pool_(pool), ledger_(ledger), cipher_(cipher) {}

  absl::StatusOr<Segment> CreateSegment(const RequestContext& context, const MutationId& mutation,
                                        const Segment& segment, int max_segments) override;
  absl::StatusOr<Segment> GetSegment(const RequestContext& context, absl::string_view id) override;
  absl::StatusOr<std::vector<Segment>> ListSegments(const RequestContext& context) override;
  absl::Status DeleteSegment(const RequestContext& context, const MutationId& mutation,
                             absl::string_view id) override;
  absl::StatusOr<std::vector<SegmentMember>> ListMembers(const RequestContext& context,
                                                         absl::string_view id,
                                                         absl::string_view after_id,
                                                         int limit) override;
  absl::StatusOr<std::vector<DueCustomer>> TakeDue(const RequestContext& context, int limit,
                                                   absl::Time now, absl::Duration lease) override;
  absl::StatusOr<CustomerRecord> ReadRecord(const RequestContext& context,
                                            absl::string_view customer_id, absl::Time now,
                                            const AffinityModel& affinity,
                                            absl::Time events_since) override;
  absl::Status Settle(const RequestContext& context, const DueCustomer& customer,
                      const std::vector<std::string>& segment_ids, std::optional<absl::Time> next,
                      absl::Time now) override;

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_STORE_H_
