#include "services/recommend-service/core/drift/feature_drift.h"

#include <algorithm>

#include "absl/status/statusor.h"

#include "common/evaluation/population_stability.h"

namespace clientele::recommend {

std::vector<std::size_t> EvenlyChosen(std::size_t size, std::size_t count) {
  std::vector<std::size_t> chosen;
  count = std::min(size, count);
  chosen.reserve(count);
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(i * size / count);
  return chosen;
}

void FeatureDrift::Observe(absl::string_view model_id, absl::FunctionRef<Histograms()> trained,
                           absl::Span<const std::vector<float>> rows) {
  if (rows.empty()) return;
  std::lock_guard lock(mutex_);
  if (model_id != model_id_) {
    model_id_ = std::string(model_id);
    trained_ = trained();
    counted_ = trained_ == nullptr ? frame::FeatureHistograms() : trained_->Emptied();
    since_ = clock_->Now();
    calls_ = rows_ = 0;
    latest_ = {};
  }
  if (trained_ == nullptr) return;
  ++calls_;
  for (const std::size_t at : EvenlyChosen(rows.size(), kDriftRowsOfCall)) {
    counted_.Add(rows[at]);
    ++rows_;
  }
}

void FeatureDrift::Refresh() {
  std::lock_guard lock(mutex_);
  const absl::Time now = clock_->Now();
  if (trained_ == nullptr || now - since_ < options_.interval || calls_ < options_.min_calls) {
    return;
  }
  latest_ = {.model_id = model_id_, .rows = rows_, .indices = {}};
  for (std::size_t at = 0; at < trained_->features().size(); ++at) {
    const absl::StatusOr<double> index = evaluation::PopulationStabilityIndex(
        trained_->histogram(at).counts(), counted_.histogram(at).counts());
    if (index.ok()) latest_.indices[trained_->features()[at]] = *index;
  }
  counted_ = trained_->Emptied();
  since_ = now;
  calls_ = rows_ = 0;
}

DriftReport FeatureDrift::Latest() const {
  std::lock_guard lock(mutex_);
  return latest_;
}

}  // namespace clientele::recommend
