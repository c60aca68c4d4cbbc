#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_COLLABORATIVE_MODELS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_COLLABORATIVE_MODELS_H_

// The factorization that serves, from COLLABORATIVE_FILTER bundles.
//
//   forward(p float32 [B,K], b_u float32 [B])
//       -> bias float32 [B,N] = mu + b_u + b_i, affinity float32 [B,N] = q_i^T p_u
//   item_factors() -> float32 [N,K], item_biases() -> float32 [N], mu() -> float32 [1]
//   items.json: array of N item ids in row order
//   manifest settings: unobserved_weight, factor_penalty, bias_penalty (see
//       core/ranking/collaborative_model.h); a bundle without them folds customers in by
//       what they touched alone, with penalties of 0.05. training_id: the training whose customer
//       factors go with the bundle. factors, epochs, seed and trained_until (RFC 3339): how it was
//       trained; the next training is compared with a bundle that has all four.
//   feature_histograms.json (common/frame/histogram.h), if there: how the features of
//       core/drift/history_features.h were spread in the training.
//
// No torch here.

#include <memory>

#include "absl/status/statusor.h"

#include "common/inference/versions/model_handle.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// The bundle's name in the model folder.
inline constexpr char kModelName[] = "factorization";

using CollaborativeModelHandle = inference::ModelHandle<CollaborativeModel>;

// Opens a loaded bundle for a handle: reads its tensors and items once. INVALID_ARGUMENT when
// they do not fit together, so that the version is rejected. Thread-safe.
absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenCollaborativeModel(
    std::shared_ptr<const inference::LoadedModel> loaded);

// What a handle serves. Borrows the handle; thread-safe.
class BundleCollaborativeModels final : public CollaborativeModels {
 public:
  explicit BundleCollaborativeModels(CollaborativeModelHandle* handle) : handle_(handle) {}

  std::shared_ptr<const CollaborativeModel> Current() override { return handle_->Current(); }
  // The handle reports a version that it refuses by itself.
  void Refresh() override { handle_->Refresh().IgnoreError(); }

 private:
  CollaborativeModelHandle* const handle_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_COLLABORATIVE_MODELS_H_
