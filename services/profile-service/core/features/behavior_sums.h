#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_SUMS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_SUMS_H_

// What events add to a customer's behavior: the one definition of what is counted and how, for
// sums that are kept and for sums that are made again.
//
//   BehaviorSums sums;
//   for (const Event& event : events) sums.Add(event, affinity);   // in any order
//   BehaviorSummary summary = Summarize(SummedBehaviorOf(sums), future_events, now, affinity);
//
// Plain values; not thread-safe.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/time/time.h"

#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// 2 to the power of -(age in half-lives); the age counts as at least 0 and at most 1000.
double Decay(absl::Duration age, absl::Duration half_life);

// A sum of weights that decay, as of the newest of their times: it moves to a later time without
// its parts. Zero weights leave it as it is.
struct DecayingSum {
  double weight = 0;
  absl::Time time = absl::UnixEpoch();

  void Add(double added, absl::Time added_time, absl::Duration half_life);
};

// Exact sums of one currency, in millionths.
struct CurrencyTotals {
  absl::int128 purchase_amount_micros = 0;
  absl::int128 return_amount_micros = 0;
  int64_t purchase_count = 0;
  int64_t return_count = 0;
};

struct CategoryTotals {
  int64_t events = 0;
  DecayingSum affinity;
};

struct CampaignTotals {
  bool opened = false;
  bool clicked = false;
};

// Some of one customer's events, in sums and sets. Sums of two sets of events add up; what is
// counted once is in sets, by which the store finds what is new.
struct BehaviorSums {
  // What depends on no other event.
  BehaviorSummary totals;
  std::set<int64_t> active_days;  // UTC, in days since 1970
  std::set<int64_t> purchase_days;
  std::set<std::string> items;
  std::map<std::string, CategoryTotals> categories;
  std::map<std::string, CurrencyTotals> currencies;
  std::map<std::string, int64_t> channels;
  std::map<std::string, int64_t> devices;
  std::map<std::string, CampaignTotals> campaigns;  // that the customer received

  void Add(const Event& event, const AffinityModel& affinity);

 private:
  void AddResponse(const Event& event);
};

struct CategoryAffinity {
  std::string category;
  DecayingSum affinity;
};

// All events of a customer in sums. `summary` lacks category_affinity.
struct SummedBehavior {
  BehaviorSummary summary;
  std::vector<CategoryAffinity> categories;  // by category
};

SummedBehavior SummedBehaviorOf(const BehaviorSums& sums);

// What is counted once over the events of several customers.
struct DistinctCounts {
  int64_t active_days = 0;
  int64_t purchase_days = 0;
  int64_t items = 0;
  int64_t campaigns_received = 0;
  int64_t campaigns_opened = 0;
  int64_t campaigns_clicked = 0;
};

// The sums of several customers as those of one, who did all of it.
SummedBehavior Combined(const std::vector<SummedBehavior>& parts, const DistinctCounts& distinct,
                        const AffinityModel& affinity);

// The largest int64 for anything above it.
int64_t Saturated(absl::int128 sum);

// An event after `now`, which counts as if it happened now.
struct FutureEvent {
  std::string category;
  EventType type = EventType::kUnspecified;
  absl::Time event_time;
};

// The summary as of `now`, which sums made at any time give. `future` are all events after `now`
// that have a category.
BehaviorSummary Summarize(SummedBehavior summed, const std::vector<FutureEvent>& future,
                          absl::Time now, const AffinityModel& affinity);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_SUMS_H_
