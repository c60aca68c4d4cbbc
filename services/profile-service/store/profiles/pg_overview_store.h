#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PROFILES_PG_OVERVIEW_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PROFILES_PG_OVERVIEW_STORE_H_

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/profiles/overview.h"

namespace clientele::profile {

// What the stores of customers, behavior and events read, in one transaction.
class PgOverviewStore final : public OverviewStore {
 public:
  // Both borrowed; they outlive the store.
  PgOverviewStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<Parts> ReadOverview(const RequestContext& context, absl::string_view customer_id,
                                     absl::Time now, const AffinityModel& affinity,
                                     const SignalQuery& texts, int max_events) override;
  absl::StatusOr<Evidence> ReadEvidence(const RequestContext& context,
                                        absl::string_view customer_id, absl::Time now,
                                        const AffinityModel& affinity, const SignalQuery& texts,
                                        int max_events) override;

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PROFILES_PG_OVERVIEW_STORE_H_
