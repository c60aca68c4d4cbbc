#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SEGMENT_REPORT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SEGMENT_REPORT_H_

// A segment as a picture for people: its rule, how many belong now and belonged before, and what
// members are interested in and when they were active, beside everybody. An SVG of 600 units in
// width that reads well from 400 pixels on, with all that it shows as text for screen readers too.
//
//   const std::string svg = RenderSegmentReport(report, "zh-CN");
//
// Pure.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

#include "services/profile-service/core/segments/segment.h"
#include "services/profile-service/core/segments/segment_sample_store.h"

namespace clientele::profile {

inline constexpr int kDaysOnReport = 90;
inline constexpr int kMonthsOnReport = 12;

// What is known of some persons together.
struct PersonsTogether {
  std::int64_t persons = 0;
  // Averages of a person's shares, over those who are interested in anything; they sum to 1.
  std::map<std::string, double> interests;
  // kMonthsOnReport of them, ascending, also those in which nobody was active.
  std::vector<MonthOfPersons> months;
};

struct SegmentReport {
  Segment segment;
  // Ascending, of the last kDaysOnReport days; the last is today's.
  std::vector<SegmentSize> sizes;
  PersonsTogether members, everybody;
};

// `language` is a BCP 47 tag. `report.sizes` is not empty.
std::string RenderSegmentReport(const SegmentReport& report, absl::string_view language);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_SEGMENT_REPORT_H_
