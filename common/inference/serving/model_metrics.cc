#include "common/inference/serving/model_metrics.h"

#include <utility>

#include "common/telemetry/metric_names.h"

namespace clientele::inference {
namespace {

// Gauges of one value of `Stats` each.
template <typename Stats>
class StatsGauges {
 public:
  StatsGauges(telemetry::MetricsRegistry& metrics, telemetry::Labels labels,
              std::function<Stats()> stats)
      : metrics_(metrics), labels_(std::move(labels)), stats_(std::move(stats)) {}

  template <typename Read>
  void Add(const telemetry::MetricName& name, const telemetry::Labels& more, Read read) {
    telemetry::Labels labels = labels_;
    labels.insert(more.begin(), more.end());
    handles_.push_back(
        metrics_.AddGaugeCallback(name, labels, [stats = stats_, read = std::move(read)] {
          return static_cast<double>(std::invoke(read, stats()));
        }));
  }

  MetricHandles Take() { return std::move(handles_); }

 private:
  telemetry::MetricsRegistry& metrics_;
  const telemetry::Labels labels_;
  const std::function<Stats()> stats_;
  MetricHandles handles_;
};

}  // namespace

MetricHandles MeasureModel(telemetry::MetricsRegistry& metrics, const std::string& model,
                           std::function<batching::BatchStats()> stats) {
  using batching::BatchStats;
  StatsGauges<BatchStats> gauges(metrics, {{"model", model}}, std::move(stats));
  gauges.Add(telemetry::kModelRows, {{"outcome", "computed"}}, &BatchStats::computed);
  gauges.Add(telemetry::kModelRows, {{"outcome", "expired"}}, &BatchStats::expired);
  gauges.Add(telemetry::kModelRows, {{"outcome", "cancelled"}}, &BatchStats::cancelled);
  gauges.Add(telemetry::kModelRows, {{"outcome", "refused"}}, &BatchStats::refused);
  return gauges.Take();
}

MetricHandles MeasureModel(telemetry::MetricsRegistry& metrics, const ServedTextEncoder& served) {
  return MeasureModel(metrics, served.handle->name(),
                      [encoder = served.encoder.get()] { return encoder->stats(); });
}

MetricHandles MeasureGenerator(telemetry::MetricsRegistry& metrics, const std::string& model,
                               std::function<GenerationStats()> stats) {
  StatsGauges<GenerationStats> gauges(metrics, {{"model", model}}, std::move(stats));
  gauges.Add(telemetry::kGenerationRequests, {{"outcome", "finished"}}, &GenerationStats::finished);
  gauges.Add(telemetry::kGenerationRequests, {{"outcome", "expired"}}, &GenerationStats::expired);
  gauges.Add(telemetry::kGenerationRequests, {{"outcome", "cancelled"}},
             &GenerationStats::cancelled);
  gauges.Add(telemetry::kGenerationRequests, {{"outcome", "failed"}}, &GenerationStats::failed);
  gauges.Add(telemetry::kGenerationRequests, {{"outcome", "refused"}}, &GenerationStats::refused);
  gauges.Add(telemetry::kGenerationTokens, {{"kind", "prompt"}},
             &GenerationStats::prefilled_tokens);
  gauges.Add(telemetry::kGenerationTokens, {{"kind", "generated"}},
             &GenerationStats::generated_tokens);
  gauges.Add(telemetry::kGenerationCalls, {{"method", "prefill"}}, &GenerationStats::prefills);
  gauges.Add(telemetry::kGenerationCalls, {{"method", "step"}}, &GenerationStats::steps);
  gauges.Add(telemetry::kGenerationSteppedRows, {}, &GenerationStats::stepped_rows);
  gauges.Add(telemetry::kGenerationWaiting, {}, &GenerationStats::waiting);
  gauges.Add(telemetry::kGenerationRunning, {}, &GenerationStats::running);
  gauges.Add(telemetry::kGenerationActiveRows, {}, &GenerationStats::active_rows);
  gauges.Add(telemetry::kGenerationCacheBytes, {{"state", "allocated"}},
             &GenerationStats::cache_bytes);
  gauges.Add(telemetry::kGenerationCacheBytes, {{"state", "reserved"}},
             &GenerationStats::reserved_bytes);
  return gauges.Take();
}

MetricHandles MeasureCores(telemetry::MetricsRegistry& metrics,
                           std::shared_ptr<const CoreBudget> cores) {
  StatsGauges<CoreStats> gauges(metrics, {}, [cores] { return cores->stats(); });
  gauges.Add(telemetry::kModelCores, {}, &CoreStats::cores);
  gauges.Add(telemetry::kModelCoresBusy, {}, &CoreStats::busy);
  gauges.Add(telemetry::kModelCalls, {}, &CoreStats::calls);
  gauges.Add(telemetry::kModelCallsWaiting, {}, &CoreStats::waiting);
  gauges.Add(telemetry::kModelCoreWaitSeconds, {},
             [](const CoreStats& stats) { return absl::ToDoubleSeconds(stats.waited); });
  return gauges.Take();
}

}  // namespace clientele::inference
