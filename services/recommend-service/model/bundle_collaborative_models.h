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
//       what they touched alone, with penalties of 0.05.
//
// No torch here.

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"

#include "common/inference/versions/model_handle.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// The bundle's name in the model folder.
inline constexpr char kModelName[] = "factorization";

// Wraps a loaded bundle: reads its tensors and items once. INVALID_ARGUMENT when
// they do not fit together. Thread-safe.
absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenCollaborativeModel(
    std::shared_ptr<const inference::LoadedModel> loaded);

// Follows a handle: a swapped version is wrapped at the first Current() after it. A
// bundle that cannot be wrapped is logged once, and the version before goes on.
// Borrows the handle; thread-safe.
class BundleCollaborativeModels final : public CollaborativeModels {
 public:
  explicit BundleCollaborativeModels(inference::ModelHandle* handle) : handle_(handle) {}

  std::shared_ptr<const CollaborativeModel> Current() override;
  void Refresh() override;

 private:
  inference::ModelHandle* const handle_;
  std::mutex mutex_;
  std::shared_ptr<const inference::LoadedModel> seen_;
  std::shared_ptr<const CollaborativeModel> current_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_COLLABORATIVE_MODELS_H_
