#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_FUSER_FEATURES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_FUSER_FEATURES_H_

// The features of behavior that a bundle was made for, by the settings of
// core/profiles/fuser_settings.h.

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/inference/bundle/manifest.h"
#include "services/profile-service/core/features/behavior_vector.h"

namespace clientele::profile {

struct FuserFeatures {
  std::vector<BehaviorFeature> order;  // of the bundle's first input
  BehaviorVector typical;
};

// INVALID_ARGUMENT for a feature that this version does not know or that is named twice, and where
// the first input has another number of them.
absl::StatusOr<FuserFeatures> FuserFeaturesOf(const model::v1::Bundle& manifest);

// INVALID_ARGUMENT where the second output has another number of columns, or there is none.
absl::StatusOr<std::vector<std::string>> FuserScoresOf(const model::v1::Bundle& manifest);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_FUSER_FEATURES_H_
