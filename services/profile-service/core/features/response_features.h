#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_RESPONSE_FEATURES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_RESPONSE_FEATURES_H_

// How a customer responds to campaigns and coupons, in eight numbers: the one definition, for
// profiles, rules and trainings. They are no part of the vector that behavior_vector.h gives a
// model. Without campaigns and coupons, all are 0.
//
//   campaigns_received      campaigns that reached the customer, each once
//   campaign_open_rate      campaigns opened / received
//   campaign_click_rate     campaigns clicked / received
//   campaign_unsubscribes   times that the customer unsubscribed
//   coupons_issued          coupons handed out; the same one twice counts twice
//   coupons_redeemed        coupons used
//   coupon_redemption_rate  min(1, redeemed / issued); 1 when only redeemed
//   response_recency_days   days since a campaign was last opened or clicked, or a coupon redeemed;
//                           without any, days since the first campaign or coupon; at least 0

#include <array>
#include <cstddef>

#include "absl/time/time.h"

#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// Who clicked has opened.
constexpr bool IsOpening(EventType type) {
  return type == EventType::kCampaignOpened || type == EventType::kCampaignClicked;
}
// What a customer does of their own accord; see response_recency_days.
constexpr bool IsResponse(EventType type) {
  return IsOpening(type) || type == EventType::kCouponRedeemed;
}

inline constexpr std::size_t kResponseFeatures = 8;

// Named as in the list above.
enum class ResponseFeature : std::size_t {
  kCampaignsReceived,
  kCampaignOpenRate,
  kCampaignClickRate,
  kCampaignUnsubscribes,
  kCouponsIssued,
  kCouponsRedeemed,
  kCouponRedemptionRate,
  kResponseRecencyDays,
};

struct ResponseFeatureInfo {
  ResponseFeature feature;
  const char* id;
  const char* description;
};
// In the order of the enumeration.
extern const std::array<ResponseFeatureInfo, kResponseFeatures> kResponseFeatureList;

// A number for each feature, read by its name.
class ResponseValues {
 public:
  double& operator[](ResponseFeature feature) { return values_[static_cast<std::size_t>(feature)]; }
  double operator[](ResponseFeature feature) const {
    return values_[static_cast<std::size_t>(feature)];
  }

  friend bool operator==(const ResponseValues&, const ResponseValues&) = default;

 private:
  std::array<double, kResponseFeatures> values_{};
};

// Pure.
ResponseValues ComputeResponses(const ResponseSummary& responses, absl::Time now);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_RESPONSE_FEATURES_H_
