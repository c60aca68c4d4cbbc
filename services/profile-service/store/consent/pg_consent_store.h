#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_PG_CONSENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_PG_CONSENT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/consent/consent_store.h"

namespace clientele::profile {

// profile.consent_decisions.
//
// Locks: Record takes the customers' rows FOR UPDATE, which waits for vectors of texts that are
// being stored (they hold them FOR KEY SHARE); those that come later see the decision.
class PgConsentStore final : public ConsentStore {
 public:
  // All borrowed; they outlive the store.
  PgConsentStore(postgres::ConnectionPool* pool, const Ledger* ledger, const Clock* clock)
      : pool_(pool), ledger_(ledger), clock_(clock) {}

  absl::StatusOr<std::int64_t> Record(const RequestContext& context, const MutationId& mutation,
                                      const std::vector<ConsentDecision>& decisions,
                                      const consent::Policy& policy) override;
  absl::StatusOr<std::vector<ConsentDecision>> Newest(const RequestContext& context,
                                                      absl::string_view customer_id) override;
  absl::StatusOr<std::vector<ConsentDecision>> History(const RequestContext& context,
                                                       absl::string_view customer_id,
                                                       const std::optional<ConsentPosition>& after,
                                                       int limit) override;

 private:
  absl::StatusOr<std::int64_t> Insert(postgres::Transaction& transaction,
                                      const std::vector<ConsentDecision>& decisions,
                                      const consent::Policy& policy) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_PG_CONSENT_STORE_H_
