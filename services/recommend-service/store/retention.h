#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_RETENTION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_RETENTION_H_

// Removes what recommend-service no longer needs: results of the idempotency ledger, finished
// operations, old feedback and predictions, and notes on deleted items. Old model versions go when
// a training publishes one.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/store/items/pg_item_store.h"

namespace clientele::recommend {

// Each counts from the row's last change. Zero keeps for ever.
struct RetentionOptions {
  // Results of requests: a request sent again within this time has no second effect.
  absl::Duration requests = absl::Hours(24);
  // Finished operations.
  absl::Duration operations = absl::Hours(24 * 30);
  // Notes on deleted items. A replica that was away for longer reads the whole catalog again.
  absl::Duration tombstones = absl::Hours(24 * 7);
  // Reactions to recommendations, from when they were recorded. Longer than any conversion window.
  absl::Duration feedback = absl::Hours(24 * 400);
  // Recorded predictions. They are as personal as the history that they were made of.
  absl::Duration predictions = absl::Hours(24 * 30);
  // Of the factorization's newest versions in the model folder; at least 2.
  std::size_t model_versions = 10;
};

class Retention {
 public:
  // All are borrowed.
  struct Stores {
    postgres::ConnectionPool* pool = nullptr;
    const Ledger* ledger = nullptr;
    const operations::OperationStore* operations = nullptr;
    PgItemStore* items = nullptr;
  };

  Retention(Stores stores, const Clock* clock, RetentionOptions options)
      : stores_(stores), clock_(clock), options_(options) {}

  // Removes once. Thread-safe.
  absl::Status Prune(const RequestContext& context);

 private:
  const Stores stores_;
  const Clock* const clock_;
  const RetentionOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_RETENTION_H_
