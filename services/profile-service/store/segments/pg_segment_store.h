#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_STORE_H_

#include <string>
#include <vector>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/segments/segment_store.h"

namespace clientele::profile {

// profile.segments, profile.segment_members and profile.segment_sizes; a segment that is made has a
// row of profile.segment_fills.
class PgSegmentStore final : public SegmentStore {
 public:
  // Both borrowed; they outlive the store.
  PgSegmentStore(postgres::ConnectionPool* pool, const Ledger* ledger)
      : pool_(pool), ledger_(ledger) {}

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
  absl::Status RecordSizes(const RequestContext& context, absl::CivilDay day,
                           absl::CivilDay keep_from) override;
  absl::StatusOr<SizedSegment> GetSizedSegment(const RequestContext& context,
                                               absl::string_view id) override;

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_STORE_H_
