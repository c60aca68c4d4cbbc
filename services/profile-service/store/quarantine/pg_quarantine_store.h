#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_PG_QUARANTINE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_PG_QUARANTINE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/events/event_rules.h"
#include "services/profile-service/core/quarantine/quarantine_store.h"
#include "services/profile-service/store/events/event_listeners.h"

namespace clientele::profile {

// Refused events in profile.quarantined_events, encrypted. A replay is one transaction of
// EventGroup, in which what it stores is taken out.
class PgQuarantineStore final : public QuarantineStore {
 public:
  // All borrowed; they outlive the store. The listeners are told of replays.
  PgQuarantineStore(postgres::ConnectionPool* pool, const Ledger* ledger,
                    const crypto::Cipher* cipher, const Clock* clock, const EventRules& rules = {},
                    EventListeners listeners = {})
      : pool_(pool),
        ledger_(ledger),
        cipher_(cipher),
        clock_(clock),
        rules_(rules),
        listeners_(listeners) {}

  absl::StatusOr<std::vector<QuarantinedEvent>> ListQuarantined(
      const RequestContext& context, const QuarantineFilter& filter,
      const QuarantineRange& range) override;
  absl::StatusOr<QuarantinedEvent> MendQuarantined(const RequestContext& context,
                                                   const MutationId& mutation, std::int64_t id,
                                                   const std::optional<std::string>& claimed,
                                                   const QuarantineLimits& limits,
                                                   Mend mend) override;
  absl::StatusOr<ReplayOutcome> ReplayQuarantined(
      const RequestContext& context, const std::optional<std::vector<std::int64_t>>& ids,
      const QuarantineRange& range, Judge judge) override;
  absl::Status DeleteQuarantined(const RequestContext& context, const MutationId& mutation,
                                 std::int64_t id) override;
  absl::StatusOr<std::int64_t> DropQuarantined(const RequestContext& context, absl::Time before,
                                               int limit) override;

 private:
  absl::StatusOr<QuarantinedEvent> ToQuarantined(const postgres::Row& row) const;
  absl::StatusOr<QuarantinedEvent> MendLocked(postgres::Transaction& transaction, std::int64_t id,
                                              const QuarantineLimits& limits, Mend mend) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
  const EventRules rules_;
  const EventListeners listeners_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_PG_QUARANTINE_STORE_H_
