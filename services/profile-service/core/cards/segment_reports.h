#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SEGMENT_REPORTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SEGMENT_REPORTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/cards/segment_report.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/segment_sample_store.h"
#include "services/profile-service/core/segments/segments.h"

namespace clientele::profile {

// Makes reports of segments as of now (segment_report.h). What is told of members and of everybody
// is of a sample of each, the same one each time; who may not be profiled is in none. Borrows
// everything; thread-safe.
class SegmentReports {
 public:
  struct Options {
    AffinityModel affinity = {};
    consent::Policy consent = {};
    // Persons in each sample: a share is right to 2 in a hundred.
    int sample = 2000;
  };

  SegmentReports(Segments* segments, MembershipStore* memberships, SegmentSampleStore* samples,
                 const Clock* clock, Options options)
      : segments_(segments),
        memberships_(memberships),
        samples_(samples),
        clock_(clock),
        options_(options) {}

  // An SVG file. NOT_FOUND without the segment.
  absl::StatusOr<std::string> Render(const RequestContext& context, absl::string_view segment_id,
                                     absl::string_view language) const;

 private:
  // Of the segment's members; nullopt: of everybody.
  absl::StatusOr<PersonsTogether> LookAt(const RequestContext& context,
                                         const std::optional<std::string>& segment_id,
                                         absl::Time now) const;

  Segments* const segments_;
  MembershipStore* const memberships_;
  SegmentSampleStore* const samples_;
  const Clock* const clock_;
  const Options options_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SEGMENT_REPORTS_H_
