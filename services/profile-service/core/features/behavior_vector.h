#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_VECTOR_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_VECTOR_H_

// The 24 numbers that describe a customer's behavior. A PROFILE_FUSER takes those
// that its bundle names, or else the first of this list: append at the end, and
// reorder nothing.
//
// A feature's value is in the unit that its description names. The vector holds
// log1p(max(0, value)) where `log1p` is set, and the value itself elsewhere. All
// are finite. Without events, all are 0.
//
//  #  id                     value
//  0  recency_days           (log1p) days since the last event, at least 0
//  1  purchase_recency_days  (log1p) days since the last purchase; without one, tenure_days
//  2  tenure_days            (log1p) days since the first event, at least 0
//  3  active_days            (log1p) UTC days with an event
//  4  purchase_lines         (log1p) lines bought
//  5  purchase_days          (log1p) UTC days with a purchase
//  6  monetary_net           (log1p) purchases - returns, in units of the leading currency
//  7  average_basket         (log1p) purchases / purchase_days, in the leading currency
//  8  return_rate            min(1, lines returned / lines bought); 1 when only returned
//  9  views                  (log1p)
// 10  searches               (log1p)
// 11  carts                  (log1p)
// 12  conversion             purchases / (views + purchases)
// 13  category_entropy       -sum(s ln s) / ln(n) over the n category shares s; 0 for n < 2
// 14  top_category_share     the largest category share
// 15  distinct_categories    (log1p)
// 16  distinct_items         (log1p)
// 17  mobile_share           share of "ios" and "android" among events with a device
// 18  app_share              share of "app" among events with a channel
// 19  weekend_share          share of events on Saturday or Sunday, UTC
// 20  night_share            share of events from 22:00 until 06:00, UTC
// 21  rating_mean            mean of ratings given, 1 to 5; 0 without any
// 22  messages               (log1p)
// 23  social_posts           (log1p)
//
// The leading currency is the one with the largest purchases, then the largest
// returns, then the first by code.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

inline constexpr std::size_t kBehaviorFeatures = 24;

// Named as in the list above.
enum class BehaviorFeature : std::size_t {
  kRecencyDays,
  kPurchaseRecencyDays,
  kTenureDays,
  kActiveDays,
  kPurchaseLines,
  kPurchaseDays,
  kMonetaryNet,
  kAverageBasket,
  kReturnRate,
  kViews,
  kSearches,
  kCarts,
  kConversion,
  kCategoryEntropy,
  kTopCategoryShare,
  kDistinctCategories,
  kDistinctItems,
  kMobileShare,
  kAppShare,
  kWeekendShare,
  kNightShare,
  kRatingMean,
  kMessages,
  kSocialPosts,
};

struct BehaviorFeatureInfo {
  BehaviorFeature feature;
  const char* id;
  const char* description;
  bool log1p;
};
// In the order of the enumeration.
extern const std::array<BehaviorFeatureInfo, kBehaviorFeatures> kBehaviorFeatureList;
// nullptr where no feature has the id.
const BehaviorFeatureInfo* FindBehaviorFeature(absl::string_view id);

// A number for each feature, read by its name; contiguous, in the order of the list.
template <typename T>
class BehaviorArray {
 public:
  T& operator[](BehaviorFeature feature) { return values_[static_cast<std::size_t>(feature)]; }
  T operator[](BehaviorFeature feature) const { return values_[static_cast<std::size_t>(feature)]; }

  const T* data() const { return values_.data(); }
  std::size_t size() const { return values_.size(); }
  const T* begin() const { return values_.data(); }
  const T* end() const { return values_.data() + values_.size(); }

  friend bool operator==(const BehaviorArray&, const BehaviorArray&) = default;

 private:
  std::array<T, kBehaviorFeatures> values_{};
};

using BehaviorValues = BehaviorArray<double>;
using BehaviorVector = BehaviorArray<float>;

// Part of a whole.
struct Share {
  std::string key;
  double share = 0;
};

// Shares of the positive weights, largest first, then by key; they sum to 1.
std::vector<Share> SharesOf(const std::vector<KeyWeight>& weights);
std::vector<Share> SharesOf(const std::vector<KeyCount>& counts);

// The values in their units, and the vector that a model takes. Pure.
BehaviorValues ComputeBehavior(const BehaviorSummary& summary, absl::Time now);
BehaviorVector ToVector(const BehaviorValues& values);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_VECTOR_H_
