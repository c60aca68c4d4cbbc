#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_SEQUENCE_MODELS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_SEQUENCE_MODELS_H_

// What comes next, from SEQUENCE_RECOMMENDER bundles.
//
//   forward(ids int64 [B,T], mask int64 [B,T]) -> states float32 [B,D]
//   item_vectors() -> float32 [N,D]
//   items.json: array of N item ids; id i + 1 is the i-th of them
//   manifest limits: max_tokens, the longest sequence, 1 to 200; vocabulary, N + 1
//   manifest settings: epochs, seed and trained_until (RFC 3339): how it was trained; the next
//       training is compared with a bundle that has all three.
//
// A customer's sequence and those without one of their items are one call, which is batch enough.
// No torch here.

#include <memory>

#include "absl/status/statusor.h"

#include "common/inference/versions/model_handle.h"
#include "services/recommend-service/core/ranking/sequence_model.h"

namespace clientele::recommend {

// The bundle's name in the model folder.
inline constexpr char kSequenceName[] = "recommend-sequence";

using SequenceModelHandle = inference::ModelHandle<SequenceModel>;

// Opens a loaded bundle for a handle: reads its items and their vectors once. INVALID_ARGUMENT when
// they do not fit together, so that the version is rejected. Thread-safe.
absl::StatusOr<std::shared_ptr<const SequenceModel>> OpenSequenceModel(
    std::shared_ptr<const inference::LoadedModel> loaded);

// What a handle serves. Borrows the handle; thread-safe.
class BundleSequenceModels final : public SequenceModels {
 public:
  explicit BundleSequenceModels(SequenceModelHandle* handle) : handle_(handle) {}

  std::shared_ptr<const SequenceModel> Current() override { return handle_->Current(); }
  // The handle reports a version that it refuses by itself.
  void Refresh() override { handle_->Refresh().IgnoreError(); }

 private:
  SequenceModelHandle* const handle_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MODEL_BUNDLE_SEQUENCE_MODELS_H_
