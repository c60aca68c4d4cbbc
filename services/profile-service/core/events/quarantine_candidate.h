#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_QUARANTINE_CANDIDATE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_QUARANTINE_CANDIDATE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "services/profile-service/core/events/sent_event.h"

namespace clientele::profile {

// What the quarantine may hold altogether.
struct QuarantineLimits {
  std::int64_t events = 100'000;                 // 0: none is kept
  std::int64_t bytes = std::int64_t{256} << 20;  // as they are stored, before encryption
};

// A single event that is larger is not kept.
inline constexpr std::size_t kMaxQuarantinedBytes = std::size_t{256} << 10;

// In the status of a kept event its fields have this path: "event.currency_code".
inline constexpr absl::string_view kQuarantinePath = "event";

// A rejected event on its way into quarantine.
struct QuarantineCandidate {
  SentEvent event;
  absl::Status status;  // fields under kQuarantinePath
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_QUARANTINE_CANDIDATE_H_
