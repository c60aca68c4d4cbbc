#ifndef CLIENTELE_COMMON_IDEMPOTENCY_LEDGER_RETENTION_H_
#define CLIENTELE_COMMON_IDEMPOTENCY_LEDGER_RETENTION_H_

// How long a service keeps the results of requests, and their removal.
//
//   ledger(kSchema, cipher, clock, KeptFor(options.request_retention)),
//   process.Repeat("prune", ..., [&](const RequestContext& context) {
//     return PruneLedger(ledger, *pool, context);
//   });

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"

namespace clientele {

// Of a flag in which 0 means for ever.
inline absl::Duration KeptFor(absl::Duration retention) {
  return retention == absl::ZeroDuration() ? absl::InfiniteDuration() : retention;
}

// Runs `prune`, which removes at most `limit` rows and returns how many, in transactions of their
// own until nothing is left to remove: one run removes what came in since the last, however much.
absl::Status PruneInParts(
    postgres::ConnectionPool& pool, const RequestContext& context,
    absl::FunctionRef<absl::StatusOr<int64_t>(postgres::Transaction&, int64_t limit)> prune,
    int64_t limit = 10'000);

// Removes every entry that is past the ledger's retention.
absl::Status PruneLedger(const Ledger& ledger, postgres::ConnectionPool& pool,
                         const RequestContext& context);

}  // namespace clientele

#endif  // CLIENTELE_COMMON_IDEMPOTENCY_LEDGER_RETENTION_H_
