#include "services/profile-service/training/fuser/look_back.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/features/behavior_sums.h"

namespace clientele::profile {
namespace {

absl::Duration Days(int days) { return absl::Hours(24) * days; }

void AddFuture(const Event& event, const AffinityModel& affinity, PastCustomer& past) {
  const double amount = static_cast<double>(event.amount_micros) / 1e6;
  if (event.type == EventType::kPurchase) {
    past.bought = true;
    past.spent += amount;
  }
  if (event.type == EventType::kReturn) past.spent -= amount;
  const double weight = affinity.weight[static_cast<std::size_t>(event.type)];
  if (!event.category.empty() && weight > 0) past.categories[event.category] += weight;
}

// `events` by time. False where nothing had happened by then.
bool StandOn(const std::vector<Event>& events, absl::Time origin, const LookBackOptions& options,
             PastCustomer& past) {
  const AffinityModel affinity;
  BehaviorSums sums;
  std::size_t at = 0;
  for (; at < events.size() && events[at].event_time <= origin; ++at) {
    sums.Add(events[at], affinity);
    past.bought_before |= events[at].type == EventType::kPurchase;
  }
  if (at == 0) return false;
  past.behavior =
      ToVector(ComputeBehavior(Summarize(SummedBehaviorOf(sums), {}, origin, affinity), origin));
  for (std::size_t i = at; i-- > 0 && past.texts.size() < options.latest_texts;) {
    if (!events[i].text.empty()) past.texts.push_back(events[i].text);
  }
  for (; at < events.size() && events[at].event_time <= origin + Days(options.days); ++at) {
    AddFuture(events[at], affinity, past);
  }
  past.spent = std::max(past.spent, 0.0);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<PastCustomer>> LookBack(const EventHistory& history,
                                                   const LookBackOptions& options) {
  if (options.days < 7 || options.days > 730 || options.origins < 1 || options.origins > 24 ||
      options.step < 1 || options.least_days < 1) {
    return absl::InvalidArgumentError(
        "days must be 7 to 730, origins 1 to 24, and the step and the least days at least 1");
  }
  absl::Time first = absl::InfiniteFuture();
  absl::Time last = absl::InfinitePast();
  std::vector<std::vector<Event>> customers = history.customers;
  for (std::vector<Event>& events : customers) {
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return a.event_time < b.event_time; });
    if (events.empty()) continue;
    first = std::min(first, events.front().event_time);
    last = std::max(last, events.back().event_time);
  }
  std::vector<PastCustomer> past;
  for (int i = 0; i < options.origins; ++i) {
    const absl::Time origin = last - Days(options.days) - Days(options.step) * i;
    if (origin - Days(options.least_days) < first) break;
    for (std::size_t customer = 0; customer < customers.size(); ++customer) {
      PastCustomer one{.customer = customer, .behavior = {}, .texts = {}, .categories = {}};
      if (StandOn(customers[customer], origin, options, one)) past.push_back(std::move(one));
    }
  }
  if (past.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the history must reach back at least ",
                                                   options.days + options.least_days,
                                                   " days from its end"));
  }
  return past;
}

}  // namespace clientele::profile
