#include "common/telemetry/metrics_server.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "common/telemetry/metrics.h"
#include "tests/support/http_get.h"

namespace clientele::telemetry {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr MetricName kCalls{"test_calls_total", "Calls."};

TEST_CASE("metrics are served over HTTP on a free port") {
  MetricsRegistry registry;
  registry.GetCounter(kCalls).Increment();
  const auto server = MetricsServer::Start(registry, "127.0.0.1", 0);
  REQUIRE(server.ok());
  REQUIRE((*server)->port() > 0);
  CHECK_THAT(testing::HttpGet((*server)->port(), "/metrics"),
             ContainsSubstring("test_calls_total 1"));
}

TEST_CASE("a port in use is a clear error") {
  MetricsRegistry registry;
  const auto first = MetricsServer::Start(registry, "127.0.0.1", 0);
  REQUIRE(first.ok());
  CHECK(
      absl::IsUnavailable(MetricsServer::Start(registry, "127.0.0.1", (*first)->port()).status()));
}

}  // namespace
}  // namespace clientele::telemetry
