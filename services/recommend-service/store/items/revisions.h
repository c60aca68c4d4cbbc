#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_REVISIONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_REVISIONS_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "common/postgres/transaction.h"

namespace clientele::recommend {

// Takes the writers' lock of items until the transaction ends and gives a new
// revision. PostgreSQL releases the lock after the commit is visible, so a reader
// who sees a revision sees every smaller one.
absl::StatusOr<std::int64_t> NextItemRevision(postgres::Transaction& transaction);

// The same for item_counts.
absl::StatusOr<std::int64_t> NextCountRevision(postgres::Transaction& transaction);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_REVISIONS_H_
