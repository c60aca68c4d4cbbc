#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PG_BEHAVIOUR_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PG_BEHAVIOUR_STORE_H_

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/behaviour.h"

namespace clientele::profile {

// Sums a customer's events where they are: PostgreSQL reads one partition by its
// key and hands over only sums.
class PgBehaviourStore final : public BehaviourStore {
 public:
  // Both borrowed; they outlive the store.
  PgBehaviourStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<BehaviourSummary> Summarise(const RequestContext& context,
                                             absl::string_view customer_id, absl::Time now,
                                             const AffinityModel& affinity) override;
  absl::StatusOr<std::vector<std::string>> LatestTexts(const RequestContext& context,
                                                       absl::string_view customer_id,
                                                       int limit) override;

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PG_BEHAVIOUR_STORE_H_
