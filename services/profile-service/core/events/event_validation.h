#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_VALIDATION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_VALIDATION_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// Adds every broken limit of the event to `bad`, under `path` ("events[3]").
// `now` bounds the event's time: at most one day ahead. Costs no allocation for
// a valid event.
void ValidateEvent(const Event& event, absl::Time now, absl::string_view path,
                   FieldViolations& bad);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_VALIDATION_H_
