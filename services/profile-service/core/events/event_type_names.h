#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_TYPE_NAMES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_TYPE_NAMES_H_

#include <algorithm>
#include <array>

#include "absl/strings/string_view.h"

#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// What people call the types in flags and files, by EventType; the first is none.
inline constexpr std::array<absl::string_view, kEventTypes> kEventTypeNames = {
    "",
    "view",
    "search",
    "cart",
    "purchase",
    "return",
    "message",
    "social",
    "rating",
    "device",
    "dismiss",
    "campaign_sent",
    "campaign_opened",
    "campaign_clicked",
    "campaign_unsubscribed",
    "coupon_issued",
    "coupon_redeemed"};

// kUnspecified where no type has the name.
constexpr EventType EventTypeNamed(absl::string_view name) {
  const auto* const found = std::find(kEventTypeNames.begin(), kEventTypeNames.end(), name);
  return found == kEventTypeNames.end() ? EventType::kUnspecified
                                        : static_cast<EventType>(found - kEventTypeNames.begin());
}

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_TYPE_NAMES_H_
