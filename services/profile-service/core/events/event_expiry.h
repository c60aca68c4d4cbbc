#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_EXPIRY_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_EXPIRY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/events/event_expiry_store.h"
#include "services/profile-service/core/events/event_retention.h"

namespace clientele::profile {

// Deletes events that are older than they are kept, customer by customer, and then tells followers.
//
//   EventExpiry expiry(&store, &notifier, clock, retention, {});   // all borrowed
//   expiry.Run(context);   // from time to time
//
// For one thread at a time. Failures are EventExpiryStore's; the next run goes on where this one
// ended.
class EventExpiry {
 public:
  EventExpiry(EventExpiryStore* store, ChangeNotifier* notifier, const Clock* clock,
              const EventRetention& retention, ExpiryLimits limits)
      : store_(store), notifier_(notifier), clock_(clock), retention_(retention), limits_(limits) {}

  // Goes through all customers once what is too old has changed, and at the first run; until then
  // it does nothing. Ends early, with OK, at the context's deadline.
  absl::Status Run(const RequestContext& context);

 private:
  EventExpiryStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const EventRetention retention_;
  const ExpiryLimits limits_;

  std::vector<ExpiryRule> rules_;  // of the round that is under way, or was the last
  std::string after_;              // how far it has come
  bool started_ = false;
  bool complete_ = true;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_EXPIRY_H_
