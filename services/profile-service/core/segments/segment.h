#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// The customers for whom a rule holds (segment_rule.h). Plain value.
struct Segment {
  std::string id = {};
  std::string display_name = {};
  std::string rule = {};
  absl::Time create_time = absl::InfinitePast();
  std::int64_t member_count = 0;  // as far as customers have been looked at

  bool operator==(const Segment&) const = default;
};

struct SegmentMember {
  std::string customer_id;
  absl::Time join_time;
  std::vector<std::string> reasons;  // of this moment; see RuleOutcome
};

// A customer whose memberships are to be decided again.
struct DueCustomer {
  std::string customer_id;
  std::int64_t revision = 0;  // of what was known when they were taken
};

// What rules read of a customer, as it is stored.
struct CustomerRecord {
  Customer customer;
  CustomerBehavior behavior;
  std::vector<Event> events;  // since the time that was asked for; without texts
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_
