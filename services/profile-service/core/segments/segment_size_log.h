#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_SIZE_LOG_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_SIZE_LOG_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/segments/segment_store.h"

namespace clientele::profile {

// Days that sizes of segments are kept, today's among them.
inline constexpr int kKeptSizes = 400;

// Keeps the size of each segment by day, UTC: a day's is the one of the last time that this ran on
// it. Counts alone are kept. Borrows everything; thread-safe.
//
//   process.Repeat("segment_sizes", absl::Minutes(10),
//                  [&](const RequestContext& context) { return log.Run(context); });
class SegmentSizeLog {
 public:
  SegmentSizeLog(SegmentStore* segments, const Clock* clock) : segments_(segments), clock_(clock) {}

  absl::Status Run(const RequestContext& context) {
    const absl::CivilDay today = absl::ToCivilDay(clock_->Now(), absl::UTCTimeZone());
    return segments_->RecordSizes(context, today, today - (kKeptSizes - 1));
  }

 private:
  SegmentStore* const segments_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_SIZE_LOG_H_
