#include "common/telemetry/metrics.h"

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/telemetry/metric_family.h"

namespace clientele::telemetry {
namespace {

constexpr MetricName kCalls{"test_calls_total", "Calls."};
constexpr MetricName kQueued{"test_queued", "Queued."};
constexpr MetricName kSeconds{"test_seconds", "Seconds."};

bool Contains(const std::string& text, const std::string& line) {
  return text.find(line) != std::string::npos;
}

TEST_CASE("the same name and labels give the same metric") {
  MetricsRegistry registry;
  registry.GetCounter(kCalls, {{"code", "OK"}}).Increment();
  registry.GetCounter(kCalls, {{"code", "OK"}}).Increment(2);
  registry.GetCounter(kCalls, {{"code", "NOT_FOUND"}}).Increment();
  const std::string text = registry.Text();
  CHECK(Contains(text, "# HELP test_calls_total Calls."));
  CHECK(Contains(text, "test_calls_total{code=\"OK\"} 3"));
  CHECK(Contains(text, "test_calls_total{code=\"NOT_FOUND\"} 1"));
}

TEST_CASE("a family has the registry's metrics, whoever asks first") {
  MetricsRegistry registry;
  CounterFamily calls(&registry, kCalls, {"method", "code"});
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&calls] {
      for (int call = 0; call < 100; ++call) calls.With({"Get", "OK"}).Increment();
      calls.With({"Get", "NOT_FOUND"}).Increment();
    });
  }
  for (std::thread& caller : callers) caller.join();
  registry.GetCounter(kCalls, {{"method", "Get"}, {"code", "OK"}}).Increment();
  HistogramFamily seconds(&registry, kSeconds, {"method"});
  seconds.With({"Get"}).Observe(0.02);
  const std::string text = registry.Text();
  CHECK(Contains(text, "test_calls_total{code=\"OK\",method=\"Get\"} 401"));
  CHECK(Contains(text, "test_calls_total{code=\"NOT_FOUND\",method=\"Get\"} 4"));
  CHECK(Contains(text, "test_seconds_count{method=\"Get\"} 1"));
}

TEST_CASE("gauges and histograms are shown") {
  MetricsRegistry registry;
  Gauge gauge = registry.GetGauge(kQueued);
  gauge.Set(5);
  gauge.Add(-2);
  registry.GetHistogram(kSeconds).Observe(0.02);
  const std::string text = registry.Text();
  CHECK(Contains(text, "test_queued 3"));
  CHECK(Contains(text, "test_seconds_bucket{le=\"0.01\"} 0"));
  CHECK(Contains(text, "test_seconds_bucket{le=\"0.025\"} 1"));
  CHECK(Contains(text, "test_seconds_count 1"));
}

TEST_CASE("a gauge callback is asked at every look and never after its handle is gone") {
  MetricsRegistry registry;
  int value = 1;
  auto first = registry.AddGaugeCallback(kQueued, {{"executor", "a"}}, [&value] { return value; });
  auto second = registry.AddGaugeCallback(kQueued, {{"executor", "b"}}, [] { return 9.0; });
  CHECK(Contains(registry.Text(), "test_queued{executor=\"a\"} 1"));
  value = 2;
  const std::string text = registry.Text();
  CHECK(Contains(text, "test_queued{executor=\"a\"} 2"));
  CHECK(Contains(text, "test_queued{executor=\"b\"} 9"));
  CHECK(text.find("# TYPE test_queued") == text.rfind("# TYPE test_queued"));
  first = nullptr;
  CHECK_FALSE(Contains(registry.Text(), "executor=\"a\""));
}

}  // namespace
}  // namespace clientele::telemetry
