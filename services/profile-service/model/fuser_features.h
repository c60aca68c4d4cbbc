#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_FUSER_FEATURES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MODEL_FUSER_FEATURES_H_

// The features of behavior that a bundle was made for, by their names in its settings, so that it
// goes on working when the service computes more of them, or lists them in another order:
//
//   behavior_feature_names   ids of core/features/behavior_vector.h, parted by commas; without it
//   the
//                            bundle takes the first F of that list
//   behavior_typical         of each, what it is of a typical customer, in the vector's unit;
//                            without it 0
//   scores                   names of the second output's columns

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/inference/bundle/manifest.h"
#include "services/profile-service/core/features/behavior_vector.h"

namespace clientele::profile {

inline constexpr char kFeatureNamesSetting[] = "behavior_feature_names";
inline constexpr char kTypicalSetting[] = "behavior_typical";
inline constexpr char kScoresSetting[] = "scores";

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
