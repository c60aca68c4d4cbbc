// What MemoryStores makes of events: flags, decisions and sums.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/profile-service/core/events/event_screening.h"
#include "tests/contract/profile/memory_stores.h"

namespace clientele::profile::testing {

namespace {

// Of amounts, which are at least 0.
void AddSaturating(int64_t& sum, int64_t amount) {
  sum = sum > std::numeric_limits<int64_t>::max() - amount ? std::numeric_limits<int64_t>::max()
                                                           : sum + amount;
}

void AddResponse(const Event& event, ResponseSummary& responses,
                 std::map<std::string, std::pair<bool, bool>>& campaigns) {
  const auto type = static_cast<std::size_t>(event.type);
  if (type < kFirstResponseType) return;
  ++responses.count_by_type[type - kFirstResponseType];
  const absl::Time time = event.event_time;
  responses.first_event_time = std::min(responses.first_event_time.value_or(time), time);
  const bool opened =
      event.type == EventType::kCampaignOpened || event.type == EventType::kCampaignClicked;
  if (opened || event.type == EventType::kCouponRedeemed) {
    responses.last_response_time = std::max(responses.last_response_time.value_or(time), time);
  }
  if (event.type == EventType::kCouponIssued || event.type == EventType::kCouponRedeemed) return;
  auto& campaign = campaigns[event.campaign_id];
  campaign.first = campaign.first || opened;
  campaign.second = campaign.second || event.type == EventType::kCampaignClicked;
}

}  // namespace

BehaviorSummary MemoryStores::SummarizeLocked(absl::string_view customer_id, absl::Time now,
                                              const AffinityModel& affinity) const {
  BehaviorSummary summary;
  std::set<absl::CivilDay> days, purchase_days;
  std::set<std::string> items;
  std::map<std::string, CurrencySums> currencies;
  std::map<std::string, double> categories;
  std::map<std::string, int64_t> channels, devices;
  std::map<std::string, std::pair<bool, bool>> campaigns;  // opened, clicked
  for (const Event* event : EventsOfLocked(customer_id)) {
    if (event->left_out != LeftOut::kNo) {
      ++summary.left_out[static_cast<std::size_t>(event->left_out)];
      continue;
    }
    AddResponse(*event, summary.responses, campaigns);
    if (!IsBehavior(event->type)) continue;
    const absl::Time time = event->event_time;
    const bool purchase = event->type == EventType::kPurchase;
    ++summary.count_by_type[static_cast<std::size_t>(event->type)];
    summary.first_event_time = std::min(summary.first_event_time.value_or(time), time);
    summary.last_event_time = std::max(summary.last_event_time.value_or(time), time);
    if (purchase)
      summary.last_purchase_time = std::max(summary.last_purchase_time.value_or(time), time);
    const absl::CivilHour hour = absl::ToCivilHour(time, absl::UTCTimeZone());
    const absl::CivilDay day(hour);
    days.insert(day);
    if (purchase) purchase_days.insert(day);
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) {
      ++summary.weekend_events;
    }
    if (hour.hour() >= 22 || hour.hour() < 6) ++summary.night_events;
    if (!event->item_id.empty()) items.insert(event->item_id);
    if (event->type == EventType::kRating && event->rating > 0) {
      summary.rating_sum += event->rating;
      ++summary.rating_count;
    }
    CurrencySums& sums = currencies[event->currency_code];
    sums.currency_code = event->currency_code;
    if (purchase) {
      AddSaturating(sums.purchase_amount_micros, event->amount_micros);
      ++sums.purchase_count;
    } else if (event->type == EventType::kReturn) {
      AddSaturating(sums.return_amount_micros, event->amount_micros);
      ++sums.return_count;
    }
    if (!event->category.empty()) {
      const double half_lives =
          std::clamp(absl::FDivDuration(now - time, affinity.half_life), 0.0, 1000.0);
      categories[event->category] +=
          affinity.weight[static_cast<std::size_t>(event->type)] * std::exp2(-half_lives);
    }
    if (!event->channel.empty()) ++channels[event->channel];
    if (!event->device.empty()) ++devices[event->device];
  }
  ResponseSummary& responses = summary.responses;
  responses.campaigns_received = static_cast<int64_t>(campaigns.size());
  for (const auto& [id, response] : campaigns) {
    responses.campaigns_opened += response.first ? 1 : 0;
    responses.campaigns_clicked += response.second ? 1 : 0;
  }
  summary.active_days = static_cast<int64_t>(days.size());
  summary.purchase_days = static_cast<int64_t>(purchase_days.size());
  summary.distinct_items = static_cast<int64_t>(items.size());
  summary.distinct_categories = static_cast<int64_t>(categories.size());
  for (const auto& [code, sums] : currencies) {
    if (sums.purchase_count + sums.return_count > 0) summary.currencies.push_back(sums);
  }
  for (const auto& [key, weight] : categories) summary.category_affinity.push_back({key, weight});
  for (const auto& [key, count] : channels) summary.channels.push_back({key, count});
  for (const auto& [key, count] : devices) summary.devices.push_back({key, count});
  return summary;
}

void MemoryStores::FinishBatchLocked() {
  RecordLocked(std::exchange(unsubscriptions_, {}));
  for (const RateWindow& window : WindowsOf(rates)) {
    if (window.most <= 0) continue;
    std::map<std::pair<std::string, absl::Time>, std::vector<Event*>> windows;
    for (auto& [key, event] : events_) {
      if (!ScreensRate(event)) continue;
      windows[{event.customer_id, WindowStart(event.event_time, window.length)}].push_back(&event);
    }
    for (const auto& [place, events] : windows) {
      if (static_cast<int64_t>(events.size()) <= window.most) continue;
      for (Event* event : events) {
        event->left_out = LeftOut::kRate;
        const EventKey key(event->customer_id, event->event_id);
        pending_texts_.erase(key);
        std::erase_if(vectors_, [&](const auto& entry) { return entry.first.first == key; });
      }
    }
  }
}

}  // namespace clientele::profile::testing
