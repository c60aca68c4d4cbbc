#include "services/profile-service/core/features/behavior_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "services/profile-service/core/features/response_features.h"

namespace clientele::profile {
namespace {

constexpr double kMaxHalfLives = 1000;
constexpr double kRounding = 1e-12;
constexpr int64_t kSecondsOfDay = 86400;
constexpr int64_t kNightEnds = 6;     // o'clock
constexpr int64_t kNightBegins = 22;  // o'clock

void Extend(std::optional<absl::Time>& first, std::optional<absl::Time>& last, absl::Time time) {
  first = std::min(first.value_or(time), time);
  last = std::max(last.value_or(time), time);
}

// 1970 began on a Thursday.
bool IsWeekend(int64_t day) { return (day + 3) % 7 >= 5; }

bool IsNight(int64_t hour) { return hour >= kNightBegins || hour < kNightEnds; }

double WeightOf(const AffinityModel& affinity, EventType type) {
  return affinity.weight[static_cast<std::size_t>(type)];
}

std::vector<KeyCount> ToCounts(const std::map<std::string, int64_t>& counts) {
  std::vector<KeyCount> list;
  for (const auto& [key, count] : counts) list.push_back({key, count});
  return list;
}

// What adds up of responses and of what is left out.
void AddCounts(const BehaviorSummary& from, BehaviorSummary& to) {
  for (std::size_t type = 0; type < kResponseTypes; ++type) {
    to.responses.count_by_type[type] += from.responses.count_by_type[type];
  }
  if (const auto& first = from.responses.first_event_time) {
    to.responses.first_event_time =
        std::min(to.responses.first_event_time.value_or(*first), *first);
  }
  if (const auto& last = from.responses.last_response_time) {
    to.responses.last_response_time =
        std::max(to.responses.last_response_time.value_or(*last), *last);
  }
  for (std::size_t reason = 0; reason < kLeftOutReasons; ++reason) {
    to.left_out[reason] += from.left_out[reason];
  }
}

}  // namespace

double Decay(absl::Duration age, absl::Duration half_life) {
  return std::exp2(-std::clamp(absl::FDivDuration(age, half_life), 0.0, kMaxHalfLives));
}

void DecayingSum::Add(double added, absl::Time added_time, absl::Duration half_life) {
  if (added == 0) return;
  const absl::Time newer = weight == 0 ? added_time : std::max(time, added_time);
  weight = weight * Decay(newer - time, half_life) + added * Decay(newer - added_time, half_life);
  time = newer;
}

void BehaviorSums::Add(const Event& event, const AffinityModel& affinity) {
  if (event.left_out != LeftOut::kNo) {
    ++totals.left_out[static_cast<std::size_t>(event.left_out)];
    return;
  }
  if (IsOfCampaign(event.type) || IsOfCoupon(event.type)) AddResponse(event);
  if (!IsBehavior(event.type)) return;
  const absl::Time time = event.event_time;
  const bool purchase = event.type == EventType::kPurchase;
  ++totals.count_by_type[static_cast<std::size_t>(event.type)];
  Extend(totals.first_event_time, totals.last_event_time, time);
  if (purchase) {
    totals.last_purchase_time = std::max(totals.last_purchase_time.value_or(time), time);
  }
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int64_t day = seconds / kSecondsOfDay;
  active_days.insert(day);
  if (purchase) purchase_days.insert(day);
  if (IsWeekend(day)) ++totals.weekend_events;
  if (IsNight(seconds % kSecondsOfDay / 3600)) ++totals.night_events;
  if (!event.item_id.empty()) items.insert(event.item_id);
  if (event.type == EventType::kRating && event.rating > 0) {
    totals.rating_sum += event.rating;
    ++totals.rating_count;
  }
  if (!event.category.empty()) {
    CategoryTotals& category = categories[event.category];
    ++category.events;
    category.affinity.Add(WeightOf(affinity, event.type), time, affinity.half_life);
  }
  if (purchase || event.type == EventType::kReturn) {
    CurrencyTotals& sums = currencies[event.currency_code];
    (purchase ? sums.purchase_amount_micros : sums.return_amount_micros) += event.amount_micros;
    ++(purchase ? sums.purchase_count : sums.return_count);
  }
  if (!event.channel.empty()) ++channels[event.channel];
  if (!event.device.empty()) ++devices[event.device];
}

void BehaviorSums::AddResponse(const Event& event) {
  ResponseSummary& responses = totals.responses;
  ++responses.count_by_type[static_cast<std::size_t>(event.type) - kFirstResponseType];
  const absl::Time time = event.event_time;
  responses.first_event_time = std::min(responses.first_event_time.value_or(time), time);
  if (IsResponse(event.type)) {
    responses.last_response_time = std::max(responses.last_response_time.value_or(time), time);
  }
  if (!IsOfCampaign(event.type)) return;
  CampaignTotals& campaign = campaigns[event.campaign_id];
  campaign.opened |= IsOpening(event.type);
  campaign.clicked |= event.type == EventType::kCampaignClicked;
}

SummedBehavior Combined(const std::vector<SummedBehavior>& parts, const DistinctCounts& distinct,
                        const AffinityModel& affinity) {
  BehaviorSums sums;
  BehaviorSummary& totals = sums.totals;
  for (const SummedBehavior& part : parts) {
    const BehaviorSummary& from = part.summary;
    for (std::size_t type = 0; type < kCountedEventTypes; ++type) {
      totals.count_by_type[type] += from.count_by_type[type];
    }
    if (from.first_event_time) {
      Extend(totals.first_event_time, totals.last_event_time, *from.first_event_time);
      Extend(totals.first_event_time, totals.last_event_time, *from.last_event_time);
    }
    if (from.last_purchase_time) {
      totals.last_purchase_time = std::max(
          totals.last_purchase_time.value_or(*from.last_purchase_time), *from.last_purchase_time);
    }
    totals.weekend_events += from.weekend_events;
    totals.night_events += from.night_events;
    totals.rating_sum += from.rating_sum;
    totals.rating_count += from.rating_count;
    for (const CurrencySums& currency : from.currencies) {
      CurrencyTotals& total = sums.currencies[currency.currency_code];
      total.purchase_amount_micros += currency.purchase_amount_micros;
      total.return_amount_micros += currency.return_amount_micros;
      total.purchase_count += currency.purchase_count;
      total.return_count += currency.return_count;
    }
    for (const CategoryAffinity& category : part.categories) {
      sums.categories[category.category].affinity.Add(category.affinity.weight,
                                                      category.affinity.time, affinity.half_life);
    }
    for (const KeyCount& channel : from.channels) sums.channels[channel.key] += channel.count;
    for (const KeyCount& device : from.devices) sums.devices[device.key] += device.count;
    AddCounts(from, totals);
  }
  SummedBehavior combined = SummedBehaviorOf(sums);
  combined.summary.active_days = distinct.active_days;
  combined.summary.purchase_days = distinct.purchase_days;
  combined.summary.distinct_items = distinct.items;
  ResponseSummary& responses = combined.summary.responses;
  responses.campaigns_received = distinct.campaigns_received;
  responses.campaigns_opened = distinct.campaigns_opened;
  responses.campaigns_clicked = distinct.campaigns_clicked;
  return combined;
}

int64_t Saturated(absl::int128 sum) {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  return sum > kLargest ? kLargest : static_cast<int64_t>(sum);
}

SummedBehavior SummedBehaviorOf(const BehaviorSums& sums) {
  SummedBehavior summed{.summary = sums.totals, .categories = {}};
  BehaviorSummary& summary = summed.summary;
  summary.active_days = static_cast<int64_t>(sums.active_days.size());
  summary.purchase_days = static_cast<int64_t>(sums.purchase_days.size());
  summary.distinct_items = static_cast<int64_t>(sums.items.size());
  summary.distinct_categories = static_cast<int64_t>(sums.categories.size());
  summary.responses.campaigns_received = static_cast<int64_t>(sums.campaigns.size());
  for (const auto& [id, campaign] : sums.campaigns) {
    if (campaign.opened) ++summary.responses.campaigns_opened;
    if (campaign.clicked) ++summary.responses.campaigns_clicked;
  }
  for (const auto& [code, totals] : sums.currencies) {
    summary.currencies.push_back({code, Saturated(totals.purchase_amount_micros),
                                  Saturated(totals.return_amount_micros), totals.purchase_count,
                                  totals.return_count});
  }
  for (const auto& [key, totals] : sums.categories) {
    summed.categories.push_back({key, totals.affinity});
  }
  summary.channels = ToCounts(sums.channels);
  summary.devices = ToCounts(sums.devices);
  return summed;
}

BehaviorSummary Summarize(SummedBehavior summed, const std::vector<FutureEvent>& future,
                          absl::Time now, const AffinityModel& affinity) {
  std::map<std::string, double> ahead;  // weights of future events, at their full
  for (const FutureEvent& event : future) {
    const double weight = WeightOf(affinity, event.type);
    const auto category = std::find_if(
        summed.categories.begin(), summed.categories.end(),
        [&](const CategoryAffinity& entry) { return entry.category == event.category; });
    if (category == summed.categories.end() || weight == 0) continue;
    DecayingSum& sum = category->affinity;
    const double part = weight * Decay(sum.time - event.event_time, affinity.half_life);
    sum.weight -= part;
    // What rounding leaves is no weight.
    if (std::abs(sum.weight) < kRounding * std::abs(part)) sum.weight = 0;
    ahead[event.category] += weight;
  }
  BehaviorSummary summary = std::move(summed.summary);
  summary.category_affinity.clear();
  for (CategoryAffinity& entry : summed.categories) {
    const DecayingSum& sum = entry.affinity;
    // What is left of a sum that was as of a later time grows back to now.
    double weight = sum.time > now ? sum.weight / Decay(sum.time - now, affinity.half_life)
                                   : sum.weight * Decay(now - sum.time, affinity.half_life);
    if (const auto found = ahead.find(entry.category); found != ahead.end()) {
      weight += found->second;
    }
    summary.category_affinity.push_back({std::move(entry.category), weight});
  }
  return summary;
}

}  // namespace clientele::profile
