#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_CUSTOMER_FACTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_CUSTOMER_FACTS_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/features/response_features.h"

namespace clientele::profile {

// Which of a customer's events a rule counts or adds up.
struct EventFilter {
  std::optional<EventType> type = std::nullopt;         // nullopt: of any that is behavior
  std::optional<absl::Duration> window = std::nullopt;  // the newest; nullopt: of all time
  // Empty: any.
  std::string category = {}, item = {}, channel = {}, device = {}, currency = {}, campaign = {},
              coupon = {};

  bool Matches(const Event& event) const;
  // Without a window and without filters of fields: sums tell it.
  bool CountsAll() const;
  friend bool operator==(const EventFilter&, const EventFilter&) = default;
};

// What a rule reads of one customer.
struct CustomerFacts {
  absl::Time now;
  std::string language, region;
  std::map<std::string, std::string> attributes;
  BehaviorValues features;
  ResponseValues responses;
  std::map<std::string, double> scores;  // by their names; one that is not known is not there
  std::map<std::string, double> affinity, channels, devices;  // shares, 0 to 1
  std::map<consent::Purpose, bool> consents;                  // allowed
  std::array<std::int64_t, kEventTypes> counts = {};          // of all events that count, by type
  // The customer's events that are not left out; at least those that the rule's filters may match,
  // but for those that count all.
  std::vector<Event> events;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_RULES_CUSTOMER_FACTS_H_
