#include "services/recommend-service/drift_metrics.h"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/drift/history_features.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend {
namespace {

TEST_CASE("metrics tell of each feature how far it has moved, and of how many rows") {
  clientele::testing::FakeClock clock;
  telemetry::MetricsRegistry metrics;
  DriftMetrics drift(&clock, {.interval = absl::Minutes(1), .min_calls = 2}, nullptr);
  CHECK(drift.ranker() == nullptr);
  const auto handles = drift.Measure(metrics);
  const auto line = [&](const std::string& feature) {
    const std::string text = metrics.Text();
    const std::string name = "clientele_feature_population_stability_index{feature=\"" + feature +
                             "\",model=\"factorization\"} ";
    const std::size_t begin = text.find(name);
    REQUIRE(begin != std::string::npos);
    const std::size_t value = begin + name.size();
    return text.substr(value, text.find('\n', value) - value);
  };
  CHECK(line("items") == "Nan");

  const std::vector<std::vector<float>> trained = {{1, 1, 1, 1}, {2, 1, 1, 1}};
  const auto histograms = std::make_shared<const frame::FeatureHistograms>(
      frame::FeatureHistograms::Learn(HistoryFeatureNames(), trained));
  for (const std::vector<float>& row : trained) {
    drift.histories()->Observe(
        "factorization/1", [&] { return histograms; }, std::vector<std::vector<float>>{row});
  }
  clock.Advance(absl::Minutes(1));
  drift.Refresh();
  CHECK(line("items") == "0");
  CHECK(line("item_bias") == "0");
  CHECK(metrics.Text().find(
            "clientele_feature_population_stability_rows{model=\"factorization\"} 2") !=
        std::string::npos);
}

TEST_CASE("an interval of 0 counts nothing and shows nothing") {
  clientele::testing::FakeClock clock;
  telemetry::MetricsRegistry metrics;
  DriftMetrics drift(&clock, {.interval = absl::ZeroDuration(), .min_calls = 2}, nullptr);
  CHECK(drift.histories() == nullptr);
  CHECK(drift.Measure(metrics).empty());
  CHECK(metrics.Text().find("population_stability") == std::string::npos);
}

}  // namespace
}  // namespace clientele::recommend
