#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_

// Profiles through the PROFILE_FUSER that is served now:
//   forward(behavior float32 [B,F], text float32 [B,D], image float32 [B,E],
//           present float32 [B,3]) -> float32 [B,V], or with scores (float32 [B,V], [B,S])
// `behavior` holds the features of core/features/behavior_vector.h that the bundle was made for, in
// its order (fuser_features.h); the model standardizes them. `present` is 1 for a part that is
// given and 0 for one that is not, whose row is zeros. D and E are the manifest's. An image part of
// another length than E, which is of an encoder that the bundle was not made for, counts as not
// given. No torch here.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/versions/model_handle.h"
#include "services/profile-service/core/profiles/profile_models.h"
#include "services/profile-service/model/fuser_features.h"

namespace clientele::profile {

// A fuser for features that this version computes. Immutable, thread-safe.
class FuserModel {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_PROFILE_FUSER;

  // INVALID_ARGUMENT when the bundle takes features that this version does not compute, or tells
  // scores without names, so that the version is rejected.
  static absl::StatusOr<std::shared_ptr<const FuserModel>> Open(
      std::shared_ptr<const inference::LoadedModel> model);

  // D: the length of the texts' vectors.
  std::int64_t text_width() const { return text_width_; }
  const BehaviorVector& typical() const { return features_.typical; }
  // The text of each is empty or has D numbers. INTERNAL when the model fails.
  absl::StatusOr<std::vector<FusedVector>> FuseAll(absl::Span<const KnownParts> customers) const;

 private:
  FuserModel(std::shared_ptr<const inference::LoadedModel> model, FuserFeatures features,
             std::vector<std::string> scores, std::int64_t text_width, std::int64_t image_width)
      : model_(std::move(model)),
        features_(std::move(features)),
        scores_(std::move(scores)),
        text_width_(text_width),
        image_width_(image_width) {}

  // At most limits.max_batch_rows.
  absl::Status FuseBatch(absl::Span<const KnownParts> customers,
                         std::vector<FusedVector>& fused) const;

  const std::shared_ptr<const inference::LoadedModel> model_;
  const FuserFeatures features_;
  const std::vector<std::string> scores_;
  const std::int64_t text_width_;
  const std::int64_t image_width_;
};

using FuserHandle = inference::ModelHandle<FuserModel>;

class ModelFuser final : public ProfileFuser {
 public:
  // Borrowed; outlives the fuser.
  explicit ModelFuser(const FuserHandle* handle) : handle_(handle) {}

  // A bundle that takes texts of another encoder is MODEL_UNAVAILABLE.
  absl::StatusOr<std::vector<FusedVector>> FuseAll(const RequestContext& context,
                                                   absl::Span<const KnownParts> customers) override;
  BehaviorVector TypicalBehavior() const override;

 private:
  const FuserHandle* const handle_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_
