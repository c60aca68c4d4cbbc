#include "services/recommend-service/core/items/recent_popularity.h"

#include <algorithm>
#include <cmath>

namespace clientele::recommend {
namespace {

// 2035-01-01T00:00:00Z.
constexpr absl::Time kLandmark = absl::FromUnixSeconds(2'051'222'400);
// Of a double there are 1,023 on either side.
constexpr double kMostHalvings = 1000;

double HalvingsSinceLandmark(absl::Time time) {
  return std::clamp(absl::FDivDuration(time - kLandmark, kPopularityHalfLife), -kMostHalvings,
                    kMostHalvings);
}

}  // namespace

double ForwardDecayed(double weight, absl::Time time) {
  return weight * std::exp2(HalvingsSinceLandmark(time));
}

RecentPopularity::RecentPopularity(absl::Time now)
    : decay_(std::exp2(-HalvingsSinceLandmark(now))) {}

double Trend(double recent, double popularity) { return (recent + 1) / (popularity + 5); }

}  // namespace clientele::recommend
