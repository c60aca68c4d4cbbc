#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINED_EVENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINED_EVENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/profile-service/core/events/sent_event.h"

namespace clientele::profile {

// An event that was refused and kept.
struct QuarantinedEvent {
  std::int64_t id = 0;  // the older the smaller
  SentEvent event;
  // What is wrong with it, by fields of "event"; OK once nothing is.
  absl::Status status;
  absl::Time create_time;  // when it was refused first
  absl::Time update_time;  // when it was mended or tried last
  // When it is dropped; the store leaves it to core.
  absl::Time expire_time = absl::InfiniteFuture();
  std::int64_t revision = 1;
};

// "quarantinedEvents/7".
std::string QuarantinedEventName(std::int64_t id);
// Changes with every update.
std::string EtagOf(const QuarantinedEvent& event);

// What to change in one of them.
struct QuarantineUpdate {
  std::int64_t id = 0;
  SentEvent values = {};
  std::vector<std::string> mask = {};  // "event.currency_code"
  std::string etag = {};               // empty: whatever it is
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_QUARANTINE_QUARANTINED_EVENT_H_
