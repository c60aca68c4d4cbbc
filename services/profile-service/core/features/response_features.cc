#include "services/profile-service/core/features/response_features.h"

#include <algorithm>
#include <cstdint>

namespace clientele::profile {

const std::array<ResponseFeatureInfo, kResponseFeatures> kResponseFeatureList = {{
    {ResponseFeature::kCampaignsReceived, "campaigns_received",
     "Campaigns that reached the customer"},
    {ResponseFeature::kCampaignOpenRate, "campaign_open_rate",
     "Campaigns opened per campaign received, 0 to 1"},
    {ResponseFeature::kCampaignClickRate, "campaign_click_rate",
     "Campaigns clicked per campaign received, 0 to 1"},
    {ResponseFeature::kCampaignUnsubscribes, "campaign_unsubscribes",
     "Times unsubscribed from a campaign"},
    {ResponseFeature::kCouponsIssued, "coupons_issued", "Coupons handed out"},
    {ResponseFeature::kCouponsRedeemed, "coupons_redeemed", "Coupons redeemed"},
    {ResponseFeature::kCouponRedemptionRate, "coupon_redemption_rate",
     "Coupons redeemed per coupon handed out, 0 to 1"},
    {ResponseFeature::kResponseRecencyDays, "response_recency_days",
     "Days since a campaign was last opened or clicked, or a coupon redeemed; without any, days "
     "since the first campaign or coupon"},
}};

namespace {

double RateOf(std::int64_t part, std::int64_t whole) {
  if (part == 0) return 0;
  return whole == 0 ? 1 : std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

ResponseValues ComputeResponses(const ResponseSummary& responses, absl::Time now) {
  ResponseValues values;
  if (!responses.first_event_time) return values;
  const auto count = [&](EventType type) { return static_cast<double>(responses.count(type)); };
  values[ResponseFeature::kCampaignsReceived] = static_cast<double>(responses.campaigns_received);
  values[ResponseFeature::kCampaignOpenRate] =
      RateOf(responses.campaigns_opened, responses.campaigns_received);
  values[ResponseFeature::kCampaignClickRate] =
      RateOf(responses.campaigns_clicked, responses.campaigns_received);
  values[ResponseFeature::kCampaignUnsubscribes] = count(EventType::kCampaignUnsubscribed);
  values[ResponseFeature::kCouponsIssued] = count(EventType::kCouponIssued);
  values[ResponseFeature::kCouponsRedeemed] = count(EventType::kCouponRedeemed);
  values[ResponseFeature::kCouponRedemptionRate] = RateOf(
      responses.count(EventType::kCouponRedeemed), responses.count(EventType::kCouponIssued));
  const absl::Time since = responses.last_response_time.value_or(*responses.first_event_time);
  values[ResponseFeature::kResponseRecencyDays] =
      std::max(0.0, absl::ToDoubleSeconds(now - since) / 86400.0);
  return values;
}

}  // namespace clientele::profile
