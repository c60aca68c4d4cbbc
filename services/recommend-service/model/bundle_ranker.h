#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_RANKER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_RANKER_H_

// The hybrid's ranker, from RANKER bundles that read features of core/ranking/ranking_features.h: a
// customer's candidates are one call, which is batch enough. No torch here.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/inference/tasks/tabular_scorer.h"
#include "common/inference/versions/model_handle.h"
#include "services/recommend-service/core/ranking/ranker.h"

namespace clientele::recommend {

// The bundle's name in the model folder.
inline constexpr char kRankerName[] = "recommend-ranker";

using RankerHandle = inference::ModelHandle<inference::TabularModel>;

// One version of the handle.
class BundleRankerVersion final : public RankerVersion {
 public:
  explicit BundleRankerVersion(std::shared_ptr<const inference::TabularModel> model)
      : model_(std::move(model)) {}

  const std::string& id() const override { return model_->id(); }
  std::optional<RankerRecipe> recipe() const override;
  // Reads the bundle's file at each call.
  std::shared_ptr<const frame::FeatureHistograms> histograms() const override;
  absl::StatusOr<std::vector<float>> Score(
      const std::vector<std::vector<float>>& rows) const override;

 private:
  const std::shared_ptr<const inference::TabularModel> model_;
};

// Borrows the handle; thread-safe.
class BundleRanker final : public Ranker {
 public:
  explicit BundleRanker(RankerHandle* handle) : handle_(handle) {}

  std::shared_ptr<const RankerVersion> Current() override;
  bool stands() const override { return handle_->Current() != nullptr; }
  bool ReadsSource(absl::string_view source, absl::string_view customer_id) override;
  absl::StatusOr<RankerScores> Score(const RequestContext& context,
                                     const std::vector<std::vector<float>>& rows,
                                     absl::string_view customer_id) override;

 private:
  RankerHandle* const handle_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_RANKER_H_
