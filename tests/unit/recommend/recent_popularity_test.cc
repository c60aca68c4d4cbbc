#include "services/recommend-service/core/items/recent_popularity.h"

#include <cmath>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::recommend {
namespace {

using Catch::Approx;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

TEST_CASE("what was done counts half as much every two weeks, whenever it is asked") {
  double sum = 0;
  // Also against the order of time.
  sum += ForwardDecayed(1, kNow - kPopularityHalfLife);
  sum += ForwardDecayed(0.3, kNow - 3 * kPopularityHalfLife);
  sum += ForwardDecayed(1, kNow);
  CHECK(RecentPopularity(kNow).Of(sum) == Approx(1 + 0.5 + 0.3 / 8).epsilon(1e-12));
  CHECK(RecentPopularity(kNow + 2 * kPopularityHalfLife).Of(sum) ==
        Approx((1 + 0.5 + 0.3 / 8) / 4).epsilon(1e-12));
  CHECK(RecentPopularity(kNow).Of(sum - ForwardDecayed(1, kNow)) ==
        Approx(0.5 + 0.3 / 8).epsilon(1e-12));
}

TEST_CASE("more returns than purchases count nothing") {
  CHECK(RecentPopularity(kNow).Of(ForwardDecayed(-1, kNow)) == 0);
  CHECK(RecentPopularity(kNow).Of(0) == 0);
}

TEST_CASE("times out of reach count as the farthest within it") {
  for (const absl::Time time : {absl::InfinitePast(), absl::InfiniteFuture(), absl::UnixEpoch(),
                                absl::FromUnixSeconds(10'000'000'000)}) {
    CHECK(std::isfinite(ForwardDecayed(1, time)));
    CHECK(ForwardDecayed(1, time) > 0);
    CHECK(RecentPopularity(time).Of(ForwardDecayed(1, time)) == Approx(1));
  }
}

TEST_CASE("a trend is the share of popularity that is of late, drawn to a fifth") {
  CHECK(Trend(0, 0) == Approx(0.2));
  CHECK(Trend(95, 95) == Approx(0.96));
  CHECK(Trend(0, 95) == Approx(0.01));
}

}  // namespace
}  // namespace clientele::recommend
