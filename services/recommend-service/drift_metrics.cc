#include "services/recommend-service/drift_metrics.h"

#include <limits>
#include <string>

#include "common/telemetry/metric_names.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/model/bundle_ranker.h"

namespace clientele::recommend {
namespace {

void AddGauges(telemetry::MetricsRegistry& metrics, const std::string& model,
               const std::vector<std::string>& features, const FeatureDrift* drift,
               std::vector<std::shared_ptr<void>>& handles) {
  for (const std::string& feature : features) {
    handles.push_back(metrics.AddGaugeCallback(
        telemetry::kFeatureStability, {{"model", model}, {"feature", feature}}, [drift, feature] {
          const DriftReport report = drift->Latest();
          const auto found = report.indices.find(feature);
          return found == report.indices.end() ? std::numeric_limits<double>::quiet_NaN()
                                               : found->second;
        }));
  }
  handles.push_back(
      metrics.AddGaugeCallback(telemetry::kFeatureStabilityRows, {{"model", model}},
                               [drift] { return static_cast<double>(drift->Latest().rows); }));
}

}  // namespace

DriftMetrics::DriftMetrics(const Clock* clock, const FeatureDriftOptions& options, Ranker* ranker)
    : is_on_(options.interval > absl::ZeroDuration()),
      ranker_(ranker),
      histories_(clock, options),
      rows_(clock, options),
      observing_(ranker, &rows_) {}

Ranker* DriftMetrics::ranker() {
  return is_on_ && ranker_ != nullptr ? static_cast<Ranker*>(&observing_) : ranker_;
}

void DriftMetrics::Refresh() {
  histories_.Refresh();
  rows_.Refresh();
}

std::vector<std::shared_ptr<void>> DriftMetrics::Measure(telemetry::MetricsRegistry& metrics) {
  std::vector<std::shared_ptr<void>> handles;
  if (!is_on_) return handles;
  AddGauges(metrics, kModelName, HistoryFeatureNames(), &histories_, handles);
  AddGauges(metrics, kRankerName, RankingFeatureNames(), &rows_, handles);
  return handles;
}

}  // namespace clientele::recommend
