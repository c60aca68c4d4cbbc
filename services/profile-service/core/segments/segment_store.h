#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/segments/segment.h"

namespace clientele::profile {

// "segments/{id}".
std::string SegmentName(absl::string_view segment_id);

// Segments, who belongs to them, and whose memberships are to be decided again: a customer is due
// from the transaction on that stores an event of theirs, changes them or records their consent,
// everybody is when a segment is made, and a customer at the time that Settle names. Thread-safe.
// UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class SegmentStore {
 public:
  virtual ~SegmentStore() = default;

  // ALREADY_EXISTS when the id is taken; RESOURCE_EXHAUSTED beyond `max_segments`.
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

  // Up to `limit` customers who are due at `now`, left to the caller until `now` + `lease`.
  virtual absl::StatusOr<std::vector<DueCustomer>> TakeDue(const RequestContext& context, int limit,
                                                           absl::Time now,
                                                           absl::Duration lease) = 0;
  // All of one moment; of the events those after `events_since`. NOT_FOUND without the customer.
  virtual absl::StatusOr<CustomerRecord> ReadRecord(const RequestContext& context,
                                                    absl::string_view customer_id, absl::Time now,
                                                    const AffinityModel& affinity,
                                                    absl::Time events_since) = 0;
  // The customer belongs to exactly these segments; those that are gone are passed over. The feed
  // tells which they joined and left. They are
  // due again at `next` (nullopt: when something happens), or at once where something happened
  // since they were taken. Nothing, where the customer is gone; who was merged belongs to none, and
  // their survivor is due.
  virtual absl::Status Settle(const RequestContext& context, const DueCustomer& customer,
                              const std::vector<std::string>& segment_ids,
                              std::optional<absl::Time> next, absl::Time now) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_STORE_H_
