#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_FILLER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_FILLER_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/segments/candidate_pages.h"
#include "services/profile-service/core/segments/membership_store.h"

namespace clientele::profile {

// Fills segments that were made: decides in the background about one segment for all customers whom
// it can hold, page by page by their ids. A replica that stops leaves the rest to the others.
// Beside it SegmentWorker goes on deciding about customers to whom something happens.
//
//   SegmentFiller filler(&memberships, &notifier, clock, {});   // all are borrowed
//   process.Repeat("segment_fills", absl::Milliseconds(200),
//                  [&](const RequestContext& context) { return filler.Run(context); });
//
// One thread.
class SegmentFiller {
 public:
  struct Options {
    AffinityModel affinity = {};
    consent::Policy consent = {};
    // How long a segment is left to this replica for a page.
    absl::Duration lease = absl::Minutes(1);
  };

  // `notifier` may be null: then nobody is woken.
  SegmentFiller(MembershipStore* memberships, ChangeNotifier* notifier, const Clock* clock,
                Options options)
      : memberships_(memberships), notifier_(notifier), clock_(clock), options_(options) {}

  // One page. False when there is nothing to fill.
  absl::StatusOr<bool> RunOnce(const RequestContext& context);
  // RunOnce() until nothing is to be filled or the context ends.
  absl::Status Run(const RequestContext& context);

 private:
  MembershipStore* const memberships_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const Options options_;
  std::int64_t begin_id_ = 0;  // of the fill that pages_ is of
  std::optional<CandidatePages> pages_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_FILLER_H_
