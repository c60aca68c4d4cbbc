#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

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

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_
