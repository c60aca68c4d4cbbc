#include "services/recommend-service/training/recent_customers.h"

#include <random>
#include <string>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "common/frame/split.h"
#include "services/recommend-service/training/candidates/ranking_experiment.h"
#include "services/recommend-service/training/evaluation_protocol.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

constexpr double kDay = 86400;

TEST_CASE("customers of late are counted from the newest of the rows, in the log's own unit") {
  InteractionLog log;
  log.customers = {"a", "b", "c"};
  log.items = {"x", "y"};
  for (const double unit : {1.0, 1000.0}) {
    log.rows = {{0, 0, 1, 0},
                {1, 0, 1, 14 * kDay * unit},
                {0, 1, 1, 28 * kDay * unit},
                {2, 0, 1, 280 * kDay * unit}};
    log.units_per_second = unit;
    // y is number 0.
    const auto recent = RecentCustomers(log, {0, 1, 2}, {1, 0}, 2);
    REQUIRE(recent.has_value());
    CHECK(recent->at(0) == Approx(1));
    CHECK(recent->at(1) == Approx(0.5 + 0.25));
  }
  log.units_per_second.reset();
  CHECK(!RecentCustomers(log, {0, 1, 2}, {1, 0}, 2).has_value());
}

// Two kinds of customers, whose 24 items each have four seasons of a month; the last one has begun.
InteractionLog SeasonalLog() {
  constexpr int kSeasonItems = 6;
  InteractionLog log;
  log.units_per_second = 1;
  for (int i = 0; i < 2 * 4 * kSeasonItems; ++i) log.items.push_back(std::to_string(i));
  std::mt19937 random(3);
  for (int u = 0; u < 800; ++u) {
    log.customers.push_back(std::to_string(u));
    for (int one = 0; one < 6; ++one) {
      const double day = static_cast<double>(random() % 180'000) / 1000;
      const auto any = static_cast<int>(random() % (4 * kSeasonItems));
      const int season = random() % 10 == 0 ? any / kSeasonItems : static_cast<int>(day / 30) % 4;
      log.rows.push_back(
          {u, (u % 2 * 4 + season) * kSeasonItems + any % kSeasonItems, 1, day * kDay});
    }
  }
  KeepFirstOfEachPair(log);
  return log;
}

TEST_CASE("hybrid and blend follow what is sold now where they know the times") {
  InteractionLog log = SeasonalLog();
  const Protocol protocol{.kind = ProtocolKind::kTemporal, .begin_time = 172 * kDay, .seed = 3};
  const auto splits = SplitRows(log, protocol);
  REQUIRE(splits.ok());
  const auto ndcg = [&](const char* algorithm) {
    const auto experiment = RunRankingExperiment(
        log, splits->front(), {.algorithm = algorithm, .protocol = protocol, .threads = 1});
    INFO(experiment.status());
    REQUIRE(experiment.ok());
    return experiment->report.ndcg;
  };
  const double ease = ndcg("ease");
  const double blend = ndcg("blend");
  CHECK(ndcg("hybrid") > 1.5 * ease);
  CHECK(blend > 1.5 * ease);
  log.units_per_second.reset();
  CHECK(ndcg("blend") < 0.9 * blend);
}

}  // namespace
}  // namespace clientele::recommend
