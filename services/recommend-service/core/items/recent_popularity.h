#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_RECENT_POPULARITY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_RECENT_POPULARITY_H_

// How popular an item is lately: what was done with it counts half as much every two weeks.
//
//   sum += ForwardDecayed(1, event_time);      // a purchase; in any order of time
//   const RecentPopularity recent(now);
//   const double trend = Trend(recent.Of(sum), popularity);
//
// Sums are decayed forward (Cormode, Shkapenyuk, Srivastava, Xu, Forward Decay: A Practical Time
// Decay Model for Streaming Systems, ICDE 2009): what was done at t adds w 2^((t - L) / 14 days),
// with L the first of January 2035. Time that passes changes no sum, and what is erased is
// subtracted. recommend.forward_decayed() is the same in the database.

#include "absl/time/time.h"

namespace clientele::recommend {

inline constexpr absl::Duration kPopularityHalfLife = absl::Hours(24 * 14);

// What an interaction of the weight adds to its item's sum. Times more than 38 years from L count
// as that far.
double ForwardDecayed(double weight, absl::Time time);

// What sums count at a moment. Immutable.
class RecentPopularity {
 public:
  explicit RecentPopularity(absl::Time now);
  // At least 0.
  double Of(double sum) const { return sum > 0 ? sum * decay_ : 0; }

 private:
  const double decay_;
};

// The share of its popularity that an item has lately: (recent + 1) / (popularity + 5). The
// constants draw the shares of items that are hardly known to 0.2.
double Trend(double recent, double popularity);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_RECENT_POPULARITY_H_
