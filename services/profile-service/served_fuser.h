#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_SERVED_FUSER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_SERVED_FUSER_H_

#include "common/consent/consent.h"
#include "services/profile-service/core/segments/scored_memberships.h"
#include "services/profile-service/model/model_fuser.h"

namespace clientele::profile {

// The fuser that serves, and what segments read of it. Everything is borrowed and outlives it.
struct ServedFuser {
  ServedFuser(const FuserHandle* handle, MembershipStore* stored, const consent::Policy& consent)
      : fuser(handle), memberships(stored, &fuser, consent) {}

  ModelFuser fuser;
  ScoredMemberships memberships;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_SERVED_FUSER_H_
