#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_EXPLANATION_CONVERSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_EXPLANATION_CONVERSION_H_

// Explanations of profiles from core to protos. Pure, thread-safe.

#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/profiles/profile_explanation.h"

namespace clientele::profile {

v1::ProfileExplanation ToProto(const ProfileExplanation& explanation);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_EXPLANATION_CONVERSION_H_
