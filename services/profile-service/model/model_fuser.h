#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_

// Profiles through the PROFILE_FUSER that is served now:
//   forward(behavior float32 [B,24], text float32 [B,D], image float32 [B,E],
//           present float32 [B,3]) -> float32 [B,V]
// `behavior` is core/features/behavior_vector.h's vector as it is; the model standardizes
// it. `present` is 1 for a part that is given and 0 for one that is not, whose row
// is zeros. D and E are the manifest's. An image part of another length than E, which is of an
// encoder that the bundle was not made for, counts as not given. No torch here.

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"

#include "common/inference/versions/model_handle.h"
#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile {

// A fuser for this version's features. Immutable, thread-safe.
class FuserModel {
 public:
  static constexpr model::v1::Task kTask = model::v1::TASK_PROFILE_FUSER;

  // INVALID_ARGUMENT when the bundle takes other features than this version computes, so that
  // the version is rejected.
  static absl::StatusOr<std::shared_ptr<const FuserModel>> Open(
      std::shared_ptr<const inference::LoadedModel> model);

  // D: the length of the texts' vectors.
  std::int64_t text_width() const { return text_width_; }
  // `parts.text` is empty or has D numbers. INTERNAL when the model fails.
  absl::StatusOr<FusedVector> Fuse(const KnownParts& parts) const;

 private:
  FuserModel(std::shared_ptr<const inference::LoadedModel> model, std::int64_t text_width,
             std::int64_t image_width)
      : model_(std::move(model)), text_width_(text_width), image_width_(image_width) {}

  const std::shared_ptr<const inference::LoadedModel> model_;
  const std::int64_t text_width_;
  const std::int64_t image_width_;
};

using FuserHandle = inference::ModelHandle<FuserModel>;

class ModelFuser final : public ProfileFuser {
 public:
  // Borrowed; outlives the fuser.
  explicit ModelFuser(const FuserHandle* handle) : handle_(handle) {}

  // A bundle that takes texts of another encoder is MODEL_UNAVAILABLE.
  absl::StatusOr<FusedVector> Fuse(const RequestContext& context, const KnownParts& parts) override;

 private:
  const FuserHandle* const handle_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_
