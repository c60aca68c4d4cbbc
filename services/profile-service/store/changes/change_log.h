#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_CHANGE_LOG_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_CHANGE_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/changes/change.h"

namespace clientele::profile {

// For transactions that append to the change feed. Whoever stalls while holding its lock is cut
// off, and whoever waits for it gives up and frees its worker.
inline constexpr postgres::TransactionOptions kAppendsToFeed{
    .lock_timeout = absl::Seconds(2), .idle_in_transaction_timeout = absl::Seconds(5)};

// Columns of the changes to append; of equal length, in the order of the feed.
// event_ids stays empty for changes that are not of events; of memberships it has the segments.
struct NewChanges {
  ChangeKind kind = ChangeKind::kEvent;
  std::vector<std::string> customer_ids = {};
  std::vector<std::string> event_ids = {};
};

// Appends to the change feed as the LAST statement of a transaction: from here
// until the commit all other appending transactions wait, which makes the order
// of sequence numbers the order of commits. Returns the number of the first change; the others
// follow without gaps. 0 when there are none.
absl::StatusOr<int64_t> AppendChanges(postgres::Transaction& transaction, const NewChanges& changes,
                                      absl::Time change_time);

// The same for the deletion of customers, whose ids are stored encrypted: followers
// need them, and nobody else may read them.
absl::Status AppendDeletions(postgres::Transaction& transaction, const crypto::Cipher& cipher,
                             const std::vector<std::string>& customer_ids, absl::Time change_time);

// Events of a type that were deleted because they had happened before a moment.
struct NewExpiries {
  std::vector<std::string> customer_ids = {};  // "": everybody's
  std::vector<std::int64_t> types = {};
  std::vector<absl::Time> befores = {};

  // `rule.without` is not told.
  void Add(absl::string_view customer_id, const ExpiryRule& rule);
};
absl::Status AppendExpiries(postgres::Transaction& transaction, const NewExpiries& expiries,
                            absl::Time change_time);

// What the ciphertext of a deletion's customer is bound to; `seq` in decimal digits.
std::string DeletedCustomerPlace(absl::string_view seq);

// Whom a stored deletion is about. DATA_LOSS when it cannot be decrypted.
absl::StatusOr<std::string> OpenDeletedCustomer(const crypto::Cipher& cipher, int64_t seq,
                                                absl::string_view sealed);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_CHANGE_LOG_H_
