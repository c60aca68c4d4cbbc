#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_PRECISION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_PRECISION_H_

#include "absl/time/time.h"

namespace clientele::profile {

// What the store keeps of a time: whole microseconds, rounded down.
inline absl::Time ToMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_PRECISION_H_
