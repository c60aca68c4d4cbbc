#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_WORKER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_WORKER_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/page_size.h"
#include "services/profile-service/core/segments/rule_book.h"
#include "services/profile-service/core/segments/segment_store.h"

namespace clientele::profile {

// Decides in the background about all segments of the customers to whom something happened, and of
// those whom time alone may move. Several replicas share the work.
//
//   SegmentWorker worker(&segments, &memberships, &notifier, clock, {});   // all are borrowed
//   process.Repeat("segments", absl::Milliseconds(200),
//                  [&](const RequestContext& context) { return worker.Run(context); });
//
// Who may not be profiled belongs to none. One thread.
class SegmentWorker {
 public:
  struct Options {
    AffinityModel affinity = {};
    consent::Policy consent = {};
    // How long the customers of a batch are left to this replica.
    absl::Duration lease = absl::Minutes(1);
  };

  // `notifier` may be null: then nobody is woken.
  SegmentWorker(SegmentStore* segments, MembershipStore* memberships, ChangeNotifier* notifier,
                const Clock* clock, Options options)
      : segments_(segments),
        memberships_(memberships),
        notifier_(notifier),
        clock_(clock),
        options_(options) {}

  // One batch. False when nobody is due.
  absl::StatusOr<bool> RunOnce(const RequestContext& context);
  // Whether there were segments when customers were decided about last: whether it pays to wake the
  // worker at once when something happens. Thread-safe.
  bool has_segments() const { return has_segments_; }
  // RunOnce() until nobody is due or the context ends.
  absl::Status Run(const RequestContext& context);

 private:
  SegmentStore* const segments_;
  MembershipStore* const memberships_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const Options options_;
  std::atomic<bool> has_segments_ = false;
  RuleBook book_{{}};
  PageSize page_size_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_WORKER_H_
