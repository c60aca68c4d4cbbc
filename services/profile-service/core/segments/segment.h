#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
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

// How many belonged on one day, UTC.
struct SegmentSize {
  absl::CivilDay day;
  std::int64_t member_count = 0;

  bool operator==(const SegmentSize&) const = default;
};

// A segment and its size over time.
struct SizedSegment {
  Segment segment;
  // Ascending; today's, which is there, is the one of this moment. Days on which nothing was
  // recorded are missing.
  std::vector<SegmentSize> sizes;
};

struct SegmentMember {
  std::string customer_id;
  absl::Time join_time;
  std::vector<std::string> reasons;  // of this moment; see RuleOutcome
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_H_
