#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_EVENT_UPKEEP_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_EVENT_UPKEEP_H_

#include "common/process/service_process.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/events/event_expiry.h"
#include "services/profile-service/core/quarantine/quarantine.h"
#include "services/profile-service/stores.h"

namespace clientele::profile {

// The quarantine of events, and what the service does with events by itself: those that are too
// old go. Everything is borrowed and outlives it; the process stops before it goes.
class EventUpkeep {
 public:
  // Before the process starts.
  EventUpkeep(process::ServiceProcess* process, Stores* stores, ChangeNotifier* notifier,
              const Quarantine::Options& quarantine, const EventRetention& retention);

  Quarantine& quarantine() { return quarantine_; }

 private:
  Quarantine quarantine_;
  EventExpiry expiry_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_EVENT_UPKEEP_H_
