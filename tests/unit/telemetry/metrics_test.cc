#include "common/telemetry/metrics.h"

#include <string>

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "common/telemetry/metrics_server.h"

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

std::string HttpGet(int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  REQUIRE(write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  std::string response;
  char buffer[4096];
  for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) response.append(buffer, got);
  close(fd);
  return response;
}

TEST_CASE("metrics are served over HTTP on a free port") {
  MetricsRegistry registry;
  registry.GetCounter(kCalls).Increment();
  const auto server = MetricsServer::Start(registry, "127.0.0.1", 0);
  REQUIRE(server.ok());
  REQUIRE((*server)->port() > 0);
  CHECK(Contains(HttpGet((*server)->port(), "/metrics"), "test_calls_total 1"));
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
