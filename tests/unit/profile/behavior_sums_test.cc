#include "services/profile-service/core/features/behavior_sums.h"

#include <cmath>
#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

using Catch::Matchers::WithinRel;

TEST_CASE("a decaying sum does not depend on the order of its parts") {
  constexpr absl::Duration kHalfLife = absl::Hours(10);
  DecayingSum forward;
  forward.Add(8, kNow, kHalfLife);
  forward.Add(1, kNow + absl::Hours(10), kHalfLife);
  DecayingSum backward;
  backward.Add(1, kNow + absl::Hours(10), kHalfLife);
  backward.Add(8, kNow, kHalfLife);
  CHECK(forward.weight == 5);
  CHECK(backward.weight == 5);
  CHECK(forward.time == backward.time);
}

TEST_CASE("nothing added leaves a decaying sum where it is") {
  DecayingSum sum;
  sum.Add(4, kNow, absl::Hours(1));
  sum.Add(0, kNow + absl::Hours(9000), absl::Hours(1));
  CHECK(sum.weight == 4);
  CHECK(sum.time == kNow);
}

TEST_CASE("days, nights and weekends are those of UTC") {
  const auto sums_at = [](const char* text) {
    absl::Time time;
    REQUIRE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr));
    Event event = MakeEvent("a", "1");
    event.event_time = time;
    BehaviorSums sums;
    sums.Add(event, {});
    return sums;
  };
  CHECK(sums_at("2026-11-27T21:59:59Z").totals.night_events == 0);  // a Friday
  CHECK(sums_at("2026-11-27T22:00:00Z").totals.night_events == 1);
  CHECK(sums_at("2026-11-28T05:59:59Z").totals.night_events == 1);
  CHECK(sums_at("2026-11-28T06:00:00Z").totals.night_events == 0);
  CHECK(sums_at("2026-11-27T23:59:59Z").totals.weekend_events == 0);
  CHECK(sums_at("2026-11-28T00:00:00Z").totals.weekend_events == 1);
  CHECK(sums_at("2026-11-29T23:59:59Z").totals.weekend_events == 1);
  CHECK(sums_at("2026-11-30T00:00:00Z").totals.weekend_events == 0);
  CHECK(sums_at("1970-01-02T00:00:00Z").active_days == std::set<int64_t>{1});
}

TEST_CASE("amounts are exact beyond 64 bits, and saturate only where they are told") {
  BehaviorSums sums;
  Event event = MakeEvent("a", "1", EventType::kPurchase);
  event.amount_micros = std::numeric_limits<int64_t>::max();
  sums.Add(event, {});
  sums.Add(event, {});
  const CurrencyTotals& totals = sums.currencies.at("");
  CHECK(totals.purchase_amount_micros == absl::int128(std::numeric_limits<int64_t>::max()) * 2);
  CHECK(Saturated(totals.purchase_amount_micros) == std::numeric_limits<int64_t>::max());
  CHECK(Saturated(totals.return_amount_micros) == 0);
}

TEST_CASE("a summary moves to now without its events, also where they are ahead of it") {
  const AffinityModel affinity{.half_life = absl::Hours(24)};
  BehaviorSums sums;
  std::vector<FutureEvent> future;
  for (const int hours : {-48, -24, 12}) {
    Event event = MakeEvent("a", "1", EventType::kPurchase);
    event.category = "light";
    event.event_time = kNow + absl::Hours(hours);
    sums.Add(event, affinity);
    if (hours > 0) future.push_back({"light", event.type, event.event_time});
  }
  const BehaviorSummary now = Summarize(SummedBehaviorOf(sums), future, kNow, affinity);
  CHECK_THAT(now.category_affinity.at(0).weight, WithinRel(5 * (0.25 + 0.5 + 1), 1e-12));
  const BehaviorSummary later =
      Summarize(SummedBehaviorOf(sums), {}, kNow + absl::Hours(24), affinity);
  CHECK_THAT(later.category_affinity.at(0).weight,
             WithinRel(5 * (0.125 + 0.25 + std::exp2(-0.5)), 1e-12));
}

}  // namespace
}  // namespace clientele::profile::testing
