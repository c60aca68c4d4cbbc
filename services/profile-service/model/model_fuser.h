#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_

#include "common/inference/versions/model_handle.h"
#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile {

// Profiles through the PROFILE_FUSER that is served now:
//   forward(behavior float32 [B,24], text float32 [B,D], image float32 [B,E],
//           present float32 [B,3]) -> float32 [B,V]
// `behavior` is core/features/behavior_vector.h's vector as it is; the model standardizes
// it. `present` is 1 for a part that is given and 0 for one that is not, whose row
// is zeros. D and E are the manifest's. Images are not given yet.
class ModelFuser final : public ProfileFuser {
 public:
  // Borrowed; outlives the fuser.
  explicit ModelFuser(const inference::ModelHandle* handle) : handle_(handle) {}

  // A bundle that takes other lengths than the parts have is MODEL_UNAVAILABLE.
  absl::StatusOr<FusedVector> Fuse(const RequestContext& context, const KnownParts& parts) override;

 private:
  const inference::ModelHandle* const handle_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_MODEL_FUSER_H_
