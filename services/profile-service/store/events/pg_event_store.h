#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_STORE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/executor/group_runner.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/events/event_rules.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/store/events/event_group.h"
#include "services/profile-service/store/events/event_listeners.h"

namespace clientele::profile {

// Up to `limit` events of some customers after a position, newest first; see EventStore::List.
// Their texts are left out when `cipher` is null.
absl::StatusOr<std::vector<Event>> ListEvents(postgres::Transaction& transaction,
                                              const crypto::Cipher* cipher,
                                              const std::vector<std::string>& customer_ids,
                                              const std::optional<EventPosition>& after, int limit);

// Events in profile.events, texts encrypted, with the sums of their customers' behavior. Small
// batches of callers who come at the same time share a transaction and its commit (event_group.h);
// one that cannot be stored fails alone.
class PgEventStore final : public EventStore {
 public:
  // All borrowed; they outlive the store.
  PgEventStore(postgres::ConnectionPool* pool, const Ledger* ledger, const crypto::Cipher* cipher,
               const Clock* clock, const EventRules& rules = {}, EventListeners listeners = {});

  absl::StatusOr<EventBatchOutcome> Insert(const RequestContext& context,
                                           const MutationId& mutation,
                                           const EventBatch& batch) override;
  absl::StatusOr<std::vector<Event>> List(const RequestContext& context,
                                          absl::string_view customer_id,
                                          const std::optional<EventPosition>& after,
                                          int limit) override;

  // Callers of Insert that wait for the transaction before them, now.
  std::size_t waiting() const { return groups_.waiting(); }

 private:
  // One transaction; its error is that of all.
  absl::Status InsertTogether(const std::vector<EventInsert*>& group);
  // Leaves an outcome in each of them.
  void RunGroup(std::vector<EventInsert*>& group);

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
  const EventRules rules_;
  const EventListeners listeners_;
  GroupRunner<EventInsert> groups_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_PG_EVENT_STORE_H_
