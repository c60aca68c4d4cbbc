#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_LEAVING_OUT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_LEAVING_OUT_H_

#include <vector>

#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/features/behavior_vector.h"
#include "services/profile-service/core/profiles/profile_explanation.h"
#include "services/profile-service/core/profiles/profile_models.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// What becomes of a profile without each of its parts.
struct Influences {
  // Of each modality that was given, how far the vector turns without it; 0 of those that are not
  // used.
  std::vector<double> modalities;
  // How far it turns when a feature alone is 0.
  BehaviorValues features;
  // What each feature does to each score, compared with a typical customer's; strongest first.
  std::vector<ScoreExplanation> scores;
};

// Fuses the parts again in one call, without one of them in each row. UNAVAILABLE
// (MODEL_UNAVAILABLE) when another version of the fuser than the profile's serves.
absl::StatusOr<Influences> LeaveOut(const RequestContext& context, const Profile& profile,
                                    const ProfileParts& parts,
                                    const std::vector<ModalityExplanation>& modalities,
                                    ProfileFuser& fuser);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_LEAVING_OUT_H_
