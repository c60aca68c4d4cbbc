#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PG_CHANGE_SINK_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PG_CHANGE_SINK_H_

#include <string>

#include "common/changefeed/change_sink.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"

namespace clientele::recommend {

// Keeps recommend.interactions as profile-service's change feed says: events that
// name an item are stored, a deleted customer loses interactions, factors, feedback, predictions
// and ledger entries, events that are too old go; the items' sums follow. A part of a snapshot
// replaces what is stored in its range. Borrows its dependencies; thread-safe.
class PgChangeSink final : public changefeed::ChangeSink {
 public:
  PgChangeSink(postgres::ConnectionPool* pool, const Ledger* ledger)
      : pool_(pool), ledger_(ledger) {}

  absl::StatusOr<std::string> LoadCursor() override;
  absl::Status Apply(absl::string_view expected_cursor,
                     const changefeed::ChangeBatch& batch) override;

 private:
  // Deletes what is stored and, by the batch, too old, in transactions of their own while the
  // cursor stays where it is: an end in the middle leaves the batch to be applied, and the rest to
  // be deleted.
  absl::Status ExpireStored(absl::string_view expected_cursor,
                            const changefeed::ChangeBatch& batch);

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_PG_CHANGE_SINK_H_
