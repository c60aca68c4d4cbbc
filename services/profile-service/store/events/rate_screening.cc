#include "services/profile-service/store/events/rate_screening.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

static_assert(std::all_of(kHandMade.begin(), kHandMade.end(),
                          [](EventType type) { return IsBehavior(type); }),
              "the sums bound how many events a window can hold");

// The rows of windows that hold more than they may. The order keeps the plan at the index of a
// customer's events by time, here and below.
constexpr Statement kFullWindows{
    "profile.list_full_windows",
    "SELECT w.position - 1 FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], "
    "$4::bigint[]) WITH ORDINALITY AS w(customer_id, begin_time, end_time, most, position) "
    "WHERE (SELECT count(*) FROM (SELECT FROM profile.events AS e "
    "WHERE e.customer_id = w.customer_id AND e.event_time >= w.begin_time "
    "AND e.event_time < w.end_time AND e.type = ANY($5::smallint[]) AND e.left_out <> 1 "
    "ORDER BY e.event_time DESC, e.event_id DESC LIMIT w.most + 1) AS listed) > w.most"};

constexpr Statement kLeaveOut{
    "profile.update_rapid_events",
    "WITH rapid AS MATERIALIZED (SELECT DISTINCT e.customer_id, e.event_id "
    "FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) "
    "AS w(customer_id, begin_time, end_time) CROSS JOIN LATERAL ("
    "SELECT customer_id, event_id FROM profile.events WHERE customer_id = w.customer_id "
    "AND event_time >= w.begin_time AND event_time < w.end_time "
    "AND type = ANY($4::smallint[]) AND left_out = 0 "
    "ORDER BY event_time DESC, event_id DESC OFFSET 0) AS e) "
    "UPDATE profile.events AS e SET left_out = 2 FROM rapid "
    "WHERE e.customer_id = rapid.customer_id AND e.event_id = rapid.event_id "
    "RETURNING e.customer_id, e.event_id"};

// Their sums count what is left out now.
constexpr Statement kMarkIncomplete{
    "profile.update_behavior_incomplete",
    "UPDATE profile.behavior SET affinity_half_life = 0 WHERE customer_id = ANY($1::text[])"};

struct Windows {
  std::vector<std::string> customers;
  std::vector<absl::Time> begins, ends;
  std::vector<std::int64_t> most;

  void Add(absl::string_view customer, absl::Time begin, const RateWindow& window) {
    customers.emplace_back(customer);
    begins.push_back(begin);
    ends.push_back(begin + window.length);
    most.push_back(window.most);
  }
};

std::vector<std::int64_t> HandMadeTypes() {
  std::vector<std::int64_t> types;
  for (const EventType type : kHandMade) types.push_back(static_cast<std::int64_t>(type));
  return types;
}

// Those with an event of `created` that may hold more than they may.
Windows WindowsToCount(const RateLimits& limits, const LockedSums& sums,
                       const std::vector<const Event*>& created) {
  absl::flat_hash_map<absl::string_view, std::int64_t> arrived;
  for (const Event* event : created) {
    if (ScreensRate(*event)) ++arrived[event->customer_id];
  }
  Windows windows;
  if (arrived.empty()) return windows;
  for (const RateWindow& window : WindowsOf(limits)) {
    if (window.most <= 0) continue;
    std::set<std::pair<absl::string_view, absl::Time>> seen;
    for (const Event* event : created) {
      if (!ScreensRate(*event)) continue;
      const std::optional<std::int64_t> known = sums.EventsOf(event->customer_id);
      if (known && *known + arrived[event->customer_id] <= window.most) continue;
      const absl::Time begin = WindowStart(event->event_time, window.length);
      if (seen.emplace(event->customer_id, begin).second) {
        windows.Add(event->customer_id, begin, window);
      }
    }
  }
  return windows;
}

// Replaces the events of `created` that were left out; returns whose are from before.
std::vector<std::string> Replace(const Result& left_out, std::vector<const Event*>& created,
                                 std::deque<Event>& screened) {
  absl::flat_hash_set<std::pair<absl::string_view, absl::string_view>> keys;
  for (const Row row : left_out) keys.insert({row.TextView(0), row.TextView(1)});
  for (const Event*& event : created) {
    if (keys.erase({event->customer_id, event->event_id}) == 0) continue;
    screened.push_back(*event);
    screened.back().left_out = LeftOut::kRate;
    event = &screened.back();
  }
  std::set<std::string> before;
  for (const auto& [customer, event] : keys) before.emplace(customer);
  return {before.begin(), before.end()};
}

}  // namespace

absl::StatusOr<std::int64_t> LeaveOutRapid(Transaction& transaction, const RateLimits& limits,
                                           const LockedSums& sums,
                                           std::vector<const Event*>& created,
                                           std::deque<Event>& screened) {
  const Windows windows = WindowsToCount(limits, sums, created);
  if (windows.customers.empty()) return 0;
  const std::vector<std::int64_t> types = HandMadeTypes();
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result full, transaction.Execute(kFullWindows, {windows.customers, windows.begins,
                                                            windows.ends, windows.most, types}));
  if (full.empty()) return 0;
  Windows found;
  for (const Row row : full) {
    const auto at = static_cast<std::size_t>(row.Int64(0));
    found.customers.push_back(windows.customers[at]);
    found.begins.push_back(windows.begins[at]);
    found.ends.push_back(windows.ends[at]);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result left_out,
      transaction.Execute(kLeaveOut, {found.customers, found.begins, found.ends, types}));
  const std::vector<std::string> before = Replace(left_out, created, screened);
  if (!before.empty()) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kMarkIncomplete, {before}).status());
  }
  return static_cast<std::int64_t>(left_out.size());
}

}  // namespace clientele::profile
