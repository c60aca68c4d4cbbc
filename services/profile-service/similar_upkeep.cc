#include "services/profile-service/similar_upkeep.h"

namespace clientele::profile {
namespace {

// Of one turn: at the start all vectors are read.
constexpr absl::Duration kVectorTurn = absl::Minutes(10);

}  // namespace

SimilarUpkeep::SimilarUpkeep(process::ServiceProcess* process, Stores* stores, Profiles* profiles,
                             const consent::Policy& policy, absl::Duration pause,
                             std::int64_t memory)
    : index_(memory > 0 ? std::make_unique<VectorIndex>(memory) : nullptr),
      maker_(&stores->changes, &stores->profile_vectors, profiles, index_.get(), process->clock(),
             {}),
      customers_(index_.get(), &maker_, &stores->profile_vectors, profiles, &stores->segments,
                 &stores->memberships, policy, process->clock()) {
  if (index_ == nullptr) return;
  process->Repeat(
      "profile_vectors", pause,
      [this, process](const RequestContext& context) {
        return process->serving() ? maker_.Run(context) : absl::OkStatus();
      },
      kVectorTurn);
}

}  // namespace clientele::profile
