#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_UNSUBSCRIPTION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_UNSUBSCRIPTION_H_

#include <optional>

#include "absl/time/time.h"

#include "services/profile-service/core/consent/consent_decision.h"
#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// Whoever unsubscribes from a campaign withdraws their consent to marketing, at that time and with
// the campaign as the evidence. nullopt for any other event, and where a robot followed the link.
std::optional<ConsentDecision> DecisionOf(const Event& event, absl::Time now);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_UNSUBSCRIPTION_H_
