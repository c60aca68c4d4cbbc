#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_LISTENERS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_LISTENERS_H_

#include "services/profile-service/core/changes/recent_changes.h"
#include "services/profile-service/store/events/count_meter.h"
#include "services/profile-service/store/events/left_out_counts.h"
#include "services/profile-service/store/quarantine/quarantine_writer.h"

namespace clientele::profile {

using QuarantineMeter = CountMeter<QuarantineCounts>;
using LeftOutMeter = CountMeter<LeftOutCounts>;

// Who is told what a committed transaction did to events; null: nobody. All borrowed.
struct EventListeners {
  RecentChanges* recent = nullptr;        // what was stored
  QuarantineMeter* quarantine = nullptr;  // what became of rejected events
  LeftOutMeter* left_out = nullptr;       // how many events count in nothing
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_LISTENERS_H_
