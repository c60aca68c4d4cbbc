#include "services/profile-service/core/features/behavior_vector.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace clientele::profile {

using Feature = BehaviorFeature;

const std::array<BehaviorFeatureInfo, kBehaviorFeatures> kBehaviorFeatureList = {{
    {Feature::kRecencyDays, "recency_days", "Days since the last event", true},
    {Feature::kPurchaseRecencyDays, "purchase_recency_days",
     "Days since the last purchase; without one, days since the first event", true},
    {Feature::kTenureDays, "tenure_days", "Days since the first event", true},
    {Feature::kActiveDays, "active_days", "Days (UTC) with at least one event", true},
    {Feature::kPurchaseLines, "purchase_lines", "Purchase lines", true},
    {Feature::kPurchaseDays, "purchase_days", "Days (UTC) with at least one purchase", true},
    {Feature::kMonetaryNet, "monetary_net",
     "Purchases less returns, in units of the currency with the largest purchases", true},
    {Feature::kAverageBasket, "average_basket",
     "Purchases per day with a purchase, in units of the currency with the largest purchases",
     true},
    {Feature::kReturnRate, "return_rate", "Returned lines per purchased line, 0 to 1", false},
    {Feature::kViews, "views", "Items and pages viewed", true},
    {Feature::kSearches, "searches", "Searches", true},
    {Feature::kCarts, "carts", "Items put into the cart", true},
    {Feature::kConversion, "conversion", "Purchases per view or purchase, 0 to 1", false},
    {Feature::kCategoryEntropy, "category_entropy",
     "Spread of interest over categories, 0 (one) to 1 (even)", false},
    {Feature::kTopCategoryShare, "top_category_share", "Share of the strongest category, 0 to 1",
     false},
    {Feature::kDistinctCategories, "distinct_categories", "Categories touched", true},
    {Feature::kDistinctItems, "distinct_items", "Items touched", true},
    {Feature::kMobileShare, "mobile_share",
     "Share of ios and android among events with a device, 0 to 1", false},
    {Feature::kAppShare, "app_share", "Share of the app among events with a channel, 0 to 1",
     false},
    {Feature::kWeekendShare, "weekend_share", "Share of events on Saturday or Sunday (UTC), 0 to 1",
     false},
    {Feature::kNightShare, "night_share", "Share of events from 22:00 until 06:00 (UTC), 0 to 1",
     false},
    {Feature::kRatingMean, "rating_mean", "Mean of the ratings given, 1 to 5; 0 without any",
     false},
    {Feature::kMessages, "messages", "Messages to the company", true},
    {Feature::kSocialPosts, "social_posts", "Posts, likes and shares", true},
}};

namespace {

double DaysBetween(absl::Time from, absl::Time to) {
  return std::max(0.0, absl::ToDoubleSeconds(to - from) / 86400.0);
}

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

double Units(int64_t micros) { return static_cast<double>(micros) / 1e6; }

const CurrencySums* LeadingCurrency(const std::vector<CurrencySums>& currencies) {
  const auto rank = [](const CurrencySums& sums) {
    return std::make_tuple(-Units(sums.purchase_amount_micros), -Units(sums.return_amount_micros),
                           sums.currency_code);
  };
  const auto best = std::min_element(
      currencies.begin(), currencies.end(),
      [&](const CurrencySums& a, const CurrencySums& b) { return rank(a) < rank(b); });
  return best == currencies.end() ? nullptr : &*best;
}

double ReturnRate(double returned, double bought) {
  if (returned == 0) return 0;
  return bought == 0 ? 1 : std::min(1.0, returned / bought);
}

double Entropy(const std::vector<Share>& shares) {
  if (shares.size() < 2) return 0;
  double sum = 0;
  for (const Share& part : shares) sum -= part.share * std::log(part.share);
  return sum / std::log(static_cast<double>(shares.size()));
}

double ShareOfKeys(const std::vector<KeyCount>& counts,
                   std::initializer_list<absl::string_view> keys) {
  double part = 0;
  double whole = 0;
  for (const KeyCount& entry : counts) {
    whole += static_cast<double>(entry.count);
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) {
      part += static_cast<double>(entry.count);
    }
  }
  return Ratio(part, whole);
}

}  // namespace

std::vector<Share> SharesOf(const std::vector<KeyWeight>& weights) {
  std::vector<Share> shares;
  double whole = 0;
  for (const KeyWeight& entry : weights) {
    if (!(entry.weight > 0)) continue;
    shares.push_back({entry.key, entry.weight});
    whole += entry.weight;
  }
  for (Share& part : shares) part.share /= whole;
  // A weight can be too small to be a part of the whole at all.
  std::erase_if(shares, [](const Share& part) { return !(part.share > 0); });
  std::sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
    return a.share != b.share ? a.share > b.share : a.key < b.key;
  });
  return shares;
}

std::vector<Share> SharesOf(const std::vector<KeyCount>& counts) {
  std::vector<KeyWeight> weights;
  weights.reserve(counts.size());
  for (const KeyCount& entry : counts) {
    weights.push_back({entry.key, static_cast<double>(entry.count)});
  }
  return SharesOf(weights);
}

int64_t BehaviorSummary::event_count() const {
  int64_t sum = 0;
  for (const int64_t count : count_by_type) sum += count;
  return sum;
}

BehaviorValues ComputeBehavior(const BehaviorSummary& summary, absl::Time now) {
  BehaviorValues values{};
  const double events = static_cast<double>(summary.event_count());
  if (events == 0) return values;

  const auto count = [&](EventType type) { return static_cast<double>(summary.count(type)); };
  const double purchases = count(EventType::kPurchase);
  const double tenure = DaysBetween(*summary.first_event_time, now);
  const std::vector<Share> categories = SharesOf(summary.category_affinity);

  values[Feature::kRecencyDays] = DaysBetween(*summary.last_event_time, now);
  values[Feature::kPurchaseRecencyDays] =
      summary.last_purchase_time ? DaysBetween(*summary.last_purchase_time, now) : tenure;
  values[Feature::kTenureDays] = tenure;
  values[Feature::kActiveDays] = static_cast<double>(summary.active_days);
  values[Feature::kPurchaseLines] = purchases;
  values[Feature::kPurchaseDays] = static_cast<double>(summary.purchase_days);
  if (const CurrencySums* leading = LeadingCurrency(summary.currencies)) {
    const double bought = Units(leading->purchase_amount_micros);
    values[Feature::kMonetaryNet] = bought - Units(leading->return_amount_micros);
    values[Feature::kAverageBasket] = Ratio(bought, static_cast<double>(summary.purchase_days));
  }
  values[Feature::kReturnRate] = ReturnRate(count(EventType::kReturn), purchases);
  values[Feature::kViews] = count(EventType::kView);
  values[Feature::kSearches] = count(EventType::kSearch);
  values[Feature::kCarts] = count(EventType::kCart);
  values[Feature::kConversion] = Ratio(purchases, count(EventType::kView) + purchases);
  values[Feature::kCategoryEntropy] = Entropy(categories);
  values[Feature::kTopCategoryShare] = categories.empty() ? 0 : categories.front().share;
  values[Feature::kDistinctCategories] = static_cast<double>(summary.distinct_categories);
  values[Feature::kDistinctItems] = static_cast<double>(summary.distinct_items);
  values[Feature::kMobileShare] = ShareOfKeys(summary.devices, {"ios", "android"});
  values[Feature::kAppShare] = ShareOfKeys(summary.channels, {"app"});
  values[Feature::kWeekendShare] = static_cast<double>(summary.weekend_events) / events;
  values[Feature::kNightShare] = static_cast<double>(summary.night_events) / events;
  values[Feature::kRatingMean] =
      Ratio(summary.rating_sum, static_cast<double>(summary.rating_count));
  values[Feature::kMessages] = count(EventType::kMessage);
  values[Feature::kSocialPosts] = count(EventType::kSocial);
  return values;
}

const BehaviorFeatureInfo* FindBehaviorFeature(absl::string_view id) {
  const auto found = std::find_if(kBehaviorFeatureList.begin(), kBehaviorFeatureList.end(),
                                  [&](const BehaviorFeatureInfo& info) { return id == info.id; });
  return found == kBehaviorFeatureList.end() ? nullptr : &*found;
}

BehaviorVector ToVector(const BehaviorValues& values) {
  BehaviorVector vector;
  for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) {
    const double value = values[info.feature];
    vector[info.feature] =
        static_cast<float>(info.log1p ? std::log1p(std::max(0.0, value)) : value);
  }
  return vector;
}

}  // namespace clientele::profile
