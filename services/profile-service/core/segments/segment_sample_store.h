#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_SAMPLE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_SAMPLE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

#include "common/executor/request_context.h"

namespace clientele::profile {

// How many of some persons did something in one month, UTC.
struct MonthOfPersons {
  absl::CivilMonth month;
  std::int64_t active = 0;  // have an event, other than a dismissal
  std::int64_t bought = 0;  // among them

  bool operator==(const MonthOfPersons&) const = default;
};

// Draws customers to say something of a segment, and of everybody. Thread-safe. UNAVAILABLE
// (DATABASE_UNAVAILABLE) while the store cannot be reached.
class SegmentSampleStore {
 public:
  virtual ~SegmentSampleStore() = default;

  // Up to `limit` members of the segment, or of all customers where it is nullopt: each as likely
  // as any other, and the same ones each time as long as nobody comes or goes. Among all customers
  // are those who were merged.
  virtual absl::StatusOr<std::vector<std::string>> Sample(
      const RequestContext& context, const std::optional<std::string>& segment_id, int limit) = 0;

  // Of persons, named by those who stand for them: the months from `first` up to and including
  // `last` in which anybody was active, ascending. It takes as long as there are days of activity,
  // however many events.
  virtual absl::StatusOr<std::vector<MonthOfPersons>> CountActive(
      const RequestContext& context, const std::vector<std::string>& customer_ids,
      absl::CivilMonth first, absl::CivilMonth last) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_SAMPLE_STORE_H_
