#ifndef CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_METRICS_H_
#define CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_METRICS_H_

// Adds to a registry what happens to the input of models, and what they compute with.
//
//   gauges = MeasureModel(metrics, handle->name(), [this] { return encoder->stats(); });
//
// Each function returns handles; the metrics exist as long as these. The stats are
// asked for at every scrape and outlive the handles. Names are in metric_names.h.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/batching/batch_policy.h"
#include "common/inference/compute/core_budget.h"
#include "common/inference/generation/generation_stats.h"
#include "common/inference/serving/models.h"
#include "common/telemetry/metrics.h"

namespace clientele::inference {

using MetricHandles = std::vector<std::shared_ptr<void>>;

// What happened to the rows that a model received.
[[nodiscard]] MetricHandles MeasureModel(telemetry::MetricsRegistry& metrics,
                                         const std::string& model,
                                         std::function<batching::BatchStats()> stats);

// The same for a text encoder, which outlives the handles.
[[nodiscard]] MetricHandles MeasureModel(telemetry::MetricsRegistry& metrics,
                                         const ServedTextEncoder& served);

// What happened to the requests to a text generator, its work, and its key-value cache.
[[nodiscard]] MetricHandles MeasureGenerator(telemetry::MetricsRegistry& metrics,
                                             const std::string& model,
                                             std::function<GenerationStats()> stats);

// The cores that all models of the process share, and how calls wait for them.
[[nodiscard]] MetricHandles MeasureCores(telemetry::MetricsRegistry& metrics,
                                         std::shared_ptr<const CoreBudget> cores);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_SERVING_MODEL_METRICS_H_
