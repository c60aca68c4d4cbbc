#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_SCREENING_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_SCREENING_H_

// Which events are no customer's doing, and count in no feature: the one definition, for events
// as they come and for sums that are made again.
//
//   - What a program sent that says so in its user agent: IsRobot. An event is a robot's or not by
//     itself, from the moment it is stored.
//   - What came faster than a person can act: RateLimits. Time is cut into windows of a minute and
//     of an hour, UTC. Once a window holds more events of one customer than its limit, all of them
//     that ScreensRate are left out, those that came before it was full too. So which events are
//     left out follows from the set of events, in whichever order and batches they came.

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// Whether a user agent is a crawler's, a script's or a browser's without a screen. Empty: no.
bool IsRobot(absl::string_view user_agent);

// Most events of one customer within a window that a person can have made. 0: no limit.
struct RateLimits {
  std::int64_t per_minute = 300;
  std::int64_t per_hour = 3000;
};

struct RateWindow {
  absl::Duration length;
  std::int64_t most;
};
// `most` 0: no limit.
std::array<RateWindow, 2> WindowsOf(const RateLimits& limits);

// What a hand does one at a time: its events are counted and left out by rate. The lines of an
// order come at one moment, devices report by themselves, and campaigns are sent and opened by
// machines: their rates say nothing.
bool ScreensRate(const Event& event);

// The types that ScreensRate, where no robot sent them.
inline constexpr std::array<EventType, 6> kHandMade = {EventType::kView,   EventType::kSearch,
                                                       EventType::kCart,   EventType::kMessage,
                                                       EventType::kSocial, EventType::kRating};

// The first moment of the window that `time` is in.
absl::Time WindowStart(absl::Time time, absl::Duration length);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_SCREENING_H_
