#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_SIMILAR_UPKEEP_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_SIMILAR_UPKEEP_H_

#include <cstdint>
#include <memory>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/process/service_process.h"
#include "services/profile-service/core/similar/similar_customers.h"
#include "services/profile-service/stores.h"

namespace clientele::profile {

// The vectors of profiles in this process, and what keeps them and the stored ones up to date.
// Everything is borrowed and outlives it; the process stops before it goes.
class SimilarUpkeep {
 public:
  // Before the process starts. `memory` zero: no vectors are made or kept.
  SimilarUpkeep(process::ServiceProcess* process, Stores* stores, Profiles* profiles,
                const consent::Policy& policy, absl::Duration pause, std::int64_t memory);

  const SimilarCustomers& customers() const { return customers_; }

 private:
  const std::unique_ptr<VectorIndex> index_;
  ProfileVectorMaker maker_;
  const SimilarCustomers customers_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_SIMILAR_UPKEEP_H_
