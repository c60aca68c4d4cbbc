#include "tests/bench/growth_segments/segment_speed.h"
#include "tests/bench/profile/topics.h"

namespace clientele::profile {
namespace {

// The aim is about 1,000,000, which take minutes to make.
constexpr int kSegmentCustomers = 10'000;

}  // namespace

void MeasureMemberships(int customers) {
  MeasureSegments(customers == 0 ? kSegmentCustomers : customers);
}

}  // namespace clientele::profile
