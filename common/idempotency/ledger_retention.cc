#include "common/idempotency/ledger_retention.h"

#include "common/status/status_macros.h"

namespace clientele {

absl::Status PruneInParts(
    postgres::ConnectionPool& pool, const RequestContext& context,
    absl::FunctionRef<absl::StatusOr<int64_t>(postgres::Transaction&, int64_t limit)> prune,
    int64_t limit) {
  int64_t removed = limit;
  while (removed >= limit) {
    CLIENTELE_RETURN_IF_ERROR(pool.Transact(context, [&](postgres::Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(removed, prune(t, limit));
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::Status PruneLedger(const Ledger& ledger, postgres::ConnectionPool& pool,
                         const RequestContext& context) {
  return PruneInParts(pool, context, [&](postgres::Transaction& t, int64_t limit) {
    return ledger.Prune(t, limit);
  });
}

}  // namespace clientele
