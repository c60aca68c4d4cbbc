#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_STORE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/segments/segment.h"

namespace clientele::profile {

// "segments/{id}".
std::string SegmentName(absl::string_view segment_id);

// Segments and who belongs to them, which MembershipStore decides. Thread-safe. UNAVAILABLE
// (DATABASE_UNAVAILABLE) while the store cannot be reached.
class SegmentStore {
 public:
  virtual ~SegmentStore() = default;

  // It is to be filled from then on. ALREADY_EXISTS when the id is taken; RESOURCE_EXHAUSTED beyond
  // `max_segments`.
  virtual absl::StatusOr<Segment> CreateSegment(const RequestContext& context,
                                                const MutationId& mutation, const Segment& segment,
                                                int max_segments) = 0;
  // NOT_FOUND when there is none.
  virtual absl::StatusOr<Segment> GetSegment(const RequestContext& context,
                                             absl::string_view id) = 0;
  // All, by id.
  virtual absl::StatusOr<std::vector<Segment>> ListSegments(const RequestContext& context) = 0;
  // With its memberships. NOT_FOUND when there is none.
  virtual absl::Status DeleteSegment(const RequestContext& context, const MutationId& mutation,
                                     absl::string_view id) = 0;
  // Up to `limit` members with ids above `after_id`, by id; reasons are not set. NOT_FOUND without
  // the segment.
  virtual absl::StatusOr<std::vector<SegmentMember>> ListMembers(const RequestContext& context,
                                                                 absl::string_view id,
                                                                 absl::string_view after_id,
                                                                 int limit) = 0;

  // The size that each segment has now is that of `day`, whatever was recorded of it before; days
  // before `keep_from` are forgotten.
  virtual absl::Status RecordSizes(const RequestContext& context, absl::CivilDay day,
                                   absl::CivilDay keep_from) = 0;
  // What was recorded, ascending; as long as it is kept. NOT_FOUND without the segment.
  virtual absl::StatusOr<SizedSegment> GetSizedSegment(const RequestContext& context,
                                                       absl::string_view id) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_STORE_H_
