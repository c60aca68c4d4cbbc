#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_SAMPLE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_SAMPLE_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/segments/segment_sample_store.h"

namespace clientele::profile {

// Draws those whose ids have the smallest hashes, which reads an index; days of activity are in
// profile.behavior and profile.behavior_members. Borrows the pool.
class PgSegmentSampleStore final : public SegmentSampleStore {
 public:
  explicit PgSegmentSampleStore(postgres::ConnectionPool* pool) : pool_(pool) {}

  absl::StatusOr<std::vector<std::string>> Sample(const RequestContext& context,
                                                  const std::optional<std::string>& segment_id,
                                                  int limit) override;
  absl::StatusOr<std::vector<MonthOfPersons>> CountActive(
      const RequestContext& context, const std::vector<std::string>& customer_ids,
      absl::CivilMonth first, absl::CivilMonth last) override;

 private:
  postgres::ConnectionPool* const pool_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_PG_SEGMENT_SAMPLE_STORE_H_
