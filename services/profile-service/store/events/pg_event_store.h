#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_STORE_H_

#include <optional>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// Up to `limit` events after a position, newest first; see EventStore::List.
absl::StatusOr<std::vector<Event>> ListEvents(postgres::Transaction& transaction,
                                              const crypto::Cipher& cipher,
                                              absl::string_view customer_id,
                                              const std::optional<EventPosition>& after, int limit);

// Events in profile.events, texts encrypted, with the sums of their customers' behavior. A batch
// costs six statements, whatever its size. Rows are locked and inserted in the order of their keys,
// so that batches that overlap wait for each other and never deadlock.
class PgEventStore final : public EventStore {
 public:
  // All borrowed; they outlive the store.
  PgEventStore(postgres::ConnectionPool* pool, const Ledger* ledger, const crypto::Cipher* cipher,
               const Clock* clock, AffinityModel affinity = {})
      : pool_(pool), ledger_(ledger), cipher_(cipher), clock_(clock), affinity_(affinity) {}

  absl::StatusOr<EventBatchOutcome> Insert(const RequestContext& context,
                                           const MutationId& mutation,
                                           const EventBatch& batch) override;
  absl::StatusOr<std::vector<Event>> List(const RequestContext& context,
                                          absl::string_view customer_id,
                                          const std::optional<EventPosition>& after,
                                          int limit) override;

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
  const AffinityModel affinity_;  // what the sums are kept with
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_STORE_H_
