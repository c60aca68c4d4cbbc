#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_BEHAVIOR_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_BEHAVIOR_STORE_H_

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// Sums a customer's events where they are: PostgreSQL reads one partition by its
// key and hands over only sums.
class PgBehaviorStore final : public BehaviorStore {
 public:
  // Both borrowed; they outlive the store.
  PgBehaviorStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<BehaviorSummary> Summarize(const RequestContext& context,
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

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_BEHAVIOR_STORE_H_
