#include "services/profile-service/core/features/behavior_vector.h"

#include <cmath>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "tests/unit/profile/samples.h"

namespace clientele::profile::testing {
namespace {

using Catch::Matchers::WithinAbs;
using Feature = BehaviorFeature;

BehaviorSummary Sample() {
  BehaviorSummary summary;
  summary.count_by_type = {0, 6, 2, 3, 4, 1, 5, 2, 2, 0};  // 25 events
  summary.first_event_time = kNow - absl::Hours(24 * 30);
  summary.last_event_time = kNow - absl::Hours(12);
  summary.last_purchase_time = kNow - absl::Hours(36);
  summary.active_days = 9;
  summary.purchase_days = 2;
  summary.weekend_events = 5;
  summary.night_events = 10;
  summary.distinct_items = 7;
  summary.distinct_categories = 3;
  summary.rating_sum = 9;
  summary.rating_count = 2;
  summary.currencies = {{"EUR", 1'000'000, 0, 1, 0}, {"GBP", 30'500'000, 10'250'000, 3, 1}};
  summary.category_affinity = {{"a", 6}, {"b", 2}, {"c", -3}};
  summary.channels = {{"app", 1}, {"web", 3}};
  summary.devices = {{"android", 1}, {"desktop", 2}, {"ios", 1}};
  return summary;
}

TEST_CASE("features are what their descriptions say") {
  const BehaviorValues values = ComputeBehavior(Sample(), kNow);
  CHECK(values[Feature::kRecencyDays] == 0.5);
  CHECK(values[Feature::kPurchaseRecencyDays] == 1.5);
  CHECK(values[Feature::kTenureDays] == 30);
  CHECK(values[Feature::kActiveDays] == 9);
  CHECK(values[Feature::kPurchaseLines] == 4);
  CHECK(values[Feature::kPurchaseDays] == 2);
  CHECK(values[Feature::kMonetaryNet] == 20.25);
  CHECK(values[Feature::kAverageBasket] == 15.25);
  CHECK(values[Feature::kReturnRate] == 0.25);
  CHECK(values[Feature::kViews] == 6);
  CHECK(values[Feature::kSearches] == 2);
  CHECK(values[Feature::kCarts] == 3);
  CHECK(values[Feature::kConversion] == 0.4);
  // Shares 3/4 and 1/4: (0.75 ln(4/3) + 0.25 ln 4) / ln 2.
  CHECK_THAT(values[Feature::kCategoryEntropy], WithinAbs(0.8112781245, 1e-9));
  CHECK(values[Feature::kTopCategoryShare] == 0.75);
  CHECK(values[Feature::kDistinctCategories] == 3);
  CHECK(values[Feature::kDistinctItems] == 7);
  CHECK(values[Feature::kMobileShare] == 0.5);
  CHECK(values[Feature::kAppShare] == 0.25);
  CHECK(values[Feature::kWeekendShare] == 0.2);
  CHECK(values[Feature::kNightShare] == 0.4);
  CHECK(values[Feature::kRatingMean] == 4.5);
  CHECK(values[Feature::kMessages] == 5);
  CHECK(values[Feature::kSocialPosts] == 2);
}

TEST_CASE("the vector takes logarithms where the list says so") {
  BehaviorValues values{};
  values[Feature::kRecencyDays] = std::exp(2.0) - 1;
  values[Feature::kMonetaryNet] = -100;  // no logarithm of less than 0
  values[Feature::kReturnRate] = 0.25;   // not in logarithms
  const BehaviorVector vector = ToVector(values);
  CHECK_THAT(vector[Feature::kRecencyDays], WithinAbs(2.0, 1e-6));
  CHECK(vector[Feature::kMonetaryNet] == 0.0f);
  CHECK(vector[Feature::kReturnRate] == 0.25f);
}

TEST_CASE("a customer without events has zeros") {
  for (const float value : ToVector(ComputeBehavior({}, kNow))) CHECK(value == 0.0f);
}

TEST_CASE("a customer who bought nothing has no purchase numbers but their tenure") {
  BehaviorSummary summary;
  summary.count_by_type[static_cast<std::size_t>(EventType::kReturn)] = 2;
  summary.first_event_time = summary.last_event_time = kNow - absl::Hours(48);
  summary.currencies = {{"GBP", 0, 5'000'000, 0, 2}};
  const BehaviorValues values = ComputeBehavior(summary, kNow);
  CHECK(values[Feature::kPurchaseRecencyDays] == 2);
  CHECK(values[Feature::kMonetaryNet] == -5);
  CHECK(values[Feature::kAverageBasket] == 0);
  CHECK(values[Feature::kReturnRate] == 1);
  for (const float value : ToVector(values)) CHECK(std::isfinite(value));
}

TEST_CASE("an event slightly ahead of the clock is no negative recency") {
  BehaviorSummary summary;
  summary.count_by_type[static_cast<std::size_t>(EventType::kView)] = 1;
  summary.first_event_time = summary.last_event_time = kNow + absl::Hours(1);
  const BehaviorValues values = ComputeBehavior(summary, kNow);
  CHECK(values[Feature::kRecencyDays] == 0);
  CHECK(values[Feature::kTenureDays] == 0);
}

TEST_CASE("shares are the positive parts, largest first, and sum to one") {
  const std::vector<Share> shares =
      SharesOf(std::vector<KeyWeight>{{"a", 1}, {"b", -1}, {"c", 2}, {"d", 1}, {"e", 0}});
  REQUIRE(shares.size() == 3);
  CHECK(shares[0].key == "c");
  CHECK(shares[0].share == 0.5);
  CHECK(shares[1].key == "a");
  CHECK(shares[2].key == "d");
  CHECK(SharesOf(std::vector<KeyWeight>{{"a", -1}}).empty());
  CHECK(SharesOf(std::vector<KeyCount>{}).empty());
}

TEST_CASE("the list names each feature once, in the order of the vector") {
  std::set<std::string> ids;
  std::size_t position = 0;
  for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) {
    ids.insert(info.id);
    CHECK(static_cast<std::size_t>(info.feature) == position++);
  }
  CHECK(ids.size() == kBehaviorFeatures);
}

}  // namespace
}  // namespace clientele::profile::testing
