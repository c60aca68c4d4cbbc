#include "common/executor/traffic_split.h"

#include <cmath>
#include <limits>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele {
namespace {

int KeysTaken(const TrafficSplit& split, const std::string& salt, int keys) {
  int taken = 0;
  for (int i = 0; i < keys; ++i) taken += split.TakesKey(salt, "customers/" + std::to_string(i));
  return taken;
}

}  // namespace

TEST_CASE("a share of the keys is taken") {
  CHECK(KeysTaken(TrafficSplit(), "m", 1000) == 0);
  CHECK(KeysTaken(TrafficSplit(0), "m", 1000) == 0);
  CHECK(KeysTaken(TrafficSplit(1), "m", 1000) == 1000);
  for (const double share : {0.01, 0.1, 0.5, 0.9}) {
    // Within four standard deviations of a fair draw.
    const double deviation = std::sqrt(20000 * share * (1 - share));
    CHECK(std::abs(KeysTaken(TrafficSplit(share), "m", 20000) - 20000 * share) < 4 * deviation);
  }
}

TEST_CASE("a key in a share stays in every larger one") {
  const TrafficSplit small(0.2);
  const TrafficSplit large(0.3);
  for (int i = 0; i < 1000; ++i) {
    const std::string key = std::to_string(i);
    if (small.TakesKey("m", key)) CHECK(large.TakesKey("m", key));
  }
}

TEST_CASE("models choose their keys independently") {
  const TrafficSplit half(0.5);
  int both = 0;
  for (int i = 0; i < 10000; ++i) {
    const std::string key = std::to_string(i);
    both += half.TakesKey("reader", key) && half.TakesKey("ranker", key);
  }
  CHECK(std::abs(both - 2500) < 200);
}

TEST_CASE("which keys are taken does not change with the build or the process") {
  // Replicas of different builds must agree: these answers never change.
  std::string taken;
  const TrafficSplit half(0.5);
  for (char key = 'a'; key <= 'p'; ++key) {
    taken += half.TakesKey("m", std::string(1, key)) ? '1' : '0';
  }
  CHECK(taken == "1100101010010111");
}

TEST_CASE("calls are spread evenly over the versions") {
  for (const double share : {0.0, 0.1, 0.25, 1.0 / 3, 0.5, 0.99, 1.0}) {
    const TrafficSplit split(share);
    std::uint64_t taken = 0;
    for (std::uint64_t call = 0; call < 1000; ++call) {
      taken += split.TakesCall(call);
      CHECK(std::abs(static_cast<double>(taken) - static_cast<double>(call + 1) * share) <= 1.0);
    }
  }
  CHECK_FALSE(TrafficSplit(0.1).TakesCall(0));
  CHECK(TrafficSplit(1).TakesCall(std::numeric_limits<std::uint64_t>::max()));
}

TEST_CASE("a share outside [0, 1] counts as the nearer end") {
  CHECK(KeysTaken(TrafficSplit(-1), "m", 100) == 0);
  CHECK(KeysTaken(TrafficSplit(7), "m", 100) == 100);
  CHECK(KeysTaken(TrafficSplit(std::nan("")), "m", 100) == 0);
}

}  // namespace clientele
