#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RULES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RULES_H_

#include "common/consent/consent.h"
#include "services/profile-service/core/events/event_screening.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// What a store does with events besides keeping them.
struct EventRules {
  AffinityModel affinity = {};   // what sums are kept with
  RateLimits rates = {};         // beyond which events are left out
  consent::Policy consent = {};  // what follows from a decision
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RULES_H_
