#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_WRITER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_WRITER_H_

// What other stores' transactions do with the quarantine.
//
// Whoever changes profile.quarantined_events locks its totals first, behind customers and before
// the change feed. So nothing comes in beyond the limits, and a deletion that has the lock knows
// that what it does not see will find the tombstone.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/events/quarantine_candidate.h"

namespace clientele::profile {

struct QuarantineTotals {
  std::int64_t events = 0;
  std::int64_t bytes = 0;
};

// Until the transaction ends.
absl::StatusOr<QuarantineTotals> LockQuarantine(postgres::Transaction& transaction);

// What became of some candidates.
struct QuarantineCounts {
  std::int64_t kept = 0;
  std::int64_t known = 0;      // was there already
  std::int64_t full = 0;       // did not fit
  std::int64_t too_large = 0;  // is larger than one may be
  std::int64_t deleted = 0;    // is of a customer who was deleted

  QuarantineCounts& operator+=(const QuarantineCounts& more) {
    kept += more.kept;
    known += more.known;
    full += more.full;
    too_large += more.too_large;
    deleted += more.deleted;
    return *this;
  }
};

// A candidate, and where it counts when it is in quarantine afterwards.
struct QuarantineEntry {
  const QuarantineCandidate* candidate;
  std::int64_t* quarantined;
};

// Adds them, in their order, as far as they fit. Takes the lock.
absl::StatusOr<QuarantineCounts> AddToQuarantine(postgres::Transaction& transaction,
                                                 const crypto::Cipher& cipher,
                                                 const std::vector<QuarantineEntry>& entries,
                                                 const QuarantineLimits& limits, absl::Time now);

// Part of deleting customers: what is claimed to be theirs goes. Takes the lock; before the
// ledger's entries are forgotten.
absl::Status EraseFromQuarantine(postgres::Transaction& transaction,
                                 const std::vector<std::string>& customer_ids);

// How much of the limits an event takes.
std::int64_t QuarantineBytes(std::size_t encoded_bytes, std::size_t violation_bytes);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_WRITER_H_
