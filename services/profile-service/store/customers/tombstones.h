#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_TOMBSTONES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_TOMBSTONES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/cipher.h"
#include "common/postgres/transaction.h"
#include "common/postgres/value.h"

namespace clientele::profile {

// How profile.tombstones names a deleted customer.
postgres::Bytes TombstoneIndex(const crypto::Cipher& cipher, absl::string_view id);

// Those of the ids whose customers were deleted.
absl::StatusOr<std::set<std::string>> FindDeleted(postgres::Transaction& transaction,
                                                  const crypto::Cipher& cipher,
                                                  const std::vector<std::string>& ids);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_TOMBSTONES_H_
