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

double ValueOf(const BehaviorValues& values, const std::string& id) {
  for (std::size_t i = 0; i < kBehaviorFeatures; ++i) {
    if (kBehaviorFeatureList[i].id == id) return values[i];
  }
  FAIL("no feature " << id);
  return 0;
}

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
  CHECK(ValueOf(values, "recency_days") == 0.5);
  CHECK(ValueOf(values, "purchase_recency_days") == 1.5);
  CHECK(ValueOf(values, "tenure_days") == 30);
  CHECK(ValueOf(values, "active_days") == 9);
  CHECK(ValueOf(values, "purchase_lines") == 4);
  CHECK(ValueOf(values, "purchase_days") == 2);
  CHECK(ValueOf(values, "monetary_net") == 20.25);
  CHECK(ValueOf(values, "average_basket") == 15.25);
  CHECK(ValueOf(values, "return_rate") == 0.25);
  CHECK(ValueOf(values, "views") == 6);
  CHECK(ValueOf(values, "searches") == 2);
  CHECK(ValueOf(values, "carts") == 3);
  CHECK(ValueOf(values, "conversion") == 0.4);
  // Shares 3/4 and 1/4: (0.75 ln(4/3) + 0.25 ln 4) / ln 2.
  CHECK_THAT(ValueOf(values, "category_entropy"), WithinAbs(0.8112781245, 1e-9));
  CHECK(ValueOf(values, "top_category_share") == 0.75);
  CHECK(ValueOf(values, "distinct_categories") == 3);
  CHECK(ValueOf(values, "distinct_items") == 7);
  CHECK(ValueOf(values, "mobile_share") == 0.5);
  CHECK(ValueOf(values, "app_share") == 0.25);
  CHECK(ValueOf(values, "weekend_share") == 0.2);
  CHECK(ValueOf(values, "night_share") == 0.4);
  CHECK(ValueOf(values, "rating_mean") == 4.5);
  CHECK(ValueOf(values, "messages") == 5);
  CHECK(ValueOf(values, "social_posts") == 2);
}

TEST_CASE("the vector takes logarithms where the list says so") {
  BehaviorValues values{};
  values[0] = std::exp(2.0) - 1;  // recency_days, log1p
  values[6] = -100;               // monetary_net, log1p of nothing below 0
  values[8] = 0.25;               // return_rate, as it is
  const BehaviorVector vector = ToVector(values);
  CHECK_THAT(vector[0], WithinAbs(2.0, 1e-6));
  CHECK(vector[6] == 0.0f);
  CHECK(vector[8] == 0.25f);
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
  CHECK(ValueOf(values, "purchase_recency_days") == 2);
  CHECK(ValueOf(values, "monetary_net") == -5);
  CHECK(ValueOf(values, "average_basket") == 0);
  CHECK(ValueOf(values, "return_rate") == 1);
  for (const float value : ToVector(values)) CHECK(std::isfinite(value));
}

TEST_CASE("an event slightly ahead of the clock is no negative recency") {
  BehaviorSummary summary;
  summary.count_by_type[1] = 1;
  summary.first_event_time = summary.last_event_time = kNow + absl::Hours(1);
  const BehaviorValues values = ComputeBehavior(summary, kNow);
  CHECK(ValueOf(values, "recency_days") == 0);
  CHECK(ValueOf(values, "tenure_days") == 0);
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

TEST_CASE("feature ids are distinct") {
  std::set<std::string> ids;
  for (const BehaviorFeature& feature : kBehaviorFeatureList) ids.insert(feature.id);
  CHECK(ids.size() == kBehaviorFeatures);
}

}  // namespace
}  // namespace clientele::profile::testing
