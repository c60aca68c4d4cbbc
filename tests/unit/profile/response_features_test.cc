#include "services/profile-service/core/features/response_features.h"

#include <cstddef>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "services/profile-service/core/features/behavior_vector.h"
#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

ResponseSummary SomeResponses() {
  ResponseSummary summary;
  summary.campaigns_received = 4;
  summary.campaigns_opened = 2;
  summary.campaigns_clicked = 1;
  summary.count_by_type = {5, 3, 1, 1, 10, 2};
  summary.first_event_time = kNow - absl::Hours(24 * 30);
  summary.last_response_time = kNow - absl::Hours(12);
  return summary;
}

TEST_CASE("responses are rates of what was received") {
  const ResponseValues values = ComputeResponses(SomeResponses(), kNow);
  CHECK(values[ResponseFeature::kCampaignsReceived] == 4);
  CHECK(values[ResponseFeature::kCampaignOpenRate] == 0.5);
  CHECK(values[ResponseFeature::kCampaignClickRate] == 0.25);
  CHECK(values[ResponseFeature::kCampaignUnsubscribes] == 1);
  CHECK(values[ResponseFeature::kCouponsIssued] == 10);
  CHECK(values[ResponseFeature::kCouponsRedeemed] == 2);
  CHECK(values[ResponseFeature::kCouponRedemptionRate] == 0.2);
  CHECK(values[ResponseFeature::kResponseRecencyDays] == 0.5);
}

TEST_CASE(
    "whoever never responded is as old as the first campaign, and nobody is younger than now") {
  ResponseSummary summary = SomeResponses();
  summary.last_response_time.reset();
  CHECK(ComputeResponses(summary, kNow)[ResponseFeature::kResponseRecencyDays] == 30);
  CHECK(ComputeResponses(summary,
                         kNow - absl::Hours(24 * 90))[ResponseFeature::kResponseRecencyDays] == 0);
}

TEST_CASE("coupons redeemed beyond those issued are a rate of one") {
  ResponseSummary summary = SomeResponses();
  summary.count_by_type = {0, 0, 0, 0, 0, 2};
  CHECK(ComputeResponses(summary, kNow)[ResponseFeature::kCouponRedemptionRate] == 1);
  summary.count_by_type = {0, 0, 0, 0, 1, 2};
  CHECK(ComputeResponses(summary, kNow)[ResponseFeature::kCouponRedemptionRate] == 1);
}

TEST_CASE("without campaigns and coupons all is 0") {
  CHECK(ComputeResponses({}, kNow) == ResponseValues());
}

TEST_CASE("responses are listed in their order, under names that no feature of behavior has") {
  std::set<std::string> names;
  for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) names.insert(info.id);
  for (std::size_t i = 0; i < kResponseFeatures; ++i) {
    CHECK(static_cast<std::size_t>(kResponseFeatureList[i].feature) == i);
    CHECK(names.insert(kResponseFeatureList[i].id).second);
  }
}

}  // namespace
}  // namespace clientele::profile::testing
