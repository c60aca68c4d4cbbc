#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_EXPIRY_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_EXPIRY_H_

#include <cstdint>
#include <vector>

#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/events/event_expiry_store.h"

namespace clientele::profile {

// Deletes from profile.events; triggers mark the sums of its customers as not complete and delete
// the vectors of texts. A customer's old events are found in the index of their times.
class PgEventExpiry final : public EventExpiryStore {
 public:
  // Pool and clock are borrowed and outlive the store.
  PgEventExpiry(postgres::ConnectionPool* pool, const Clock* clock,
                const consent::Policy& policy = {})
      : pool_(pool), clock_(clock), policy_(policy) {}

  absl::StatusOr<ExpiryStep> ExpireEvents(const RequestContext& context,
                                          const std::vector<ExpiryRule>& rules,
                                          absl::string_view after,
                                          const ExpiryLimits& limits) override;
  absl::StatusOr<std::int64_t> TellExpired(const RequestContext& context) override;

 private:
  postgres::ConnectionPool* const pool_;
  const Clock* const clock_;
  const consent::Policy policy_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_EXPIRY_H_
