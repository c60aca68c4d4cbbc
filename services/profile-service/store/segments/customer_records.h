#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_CUSTOMER_RECORDS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_CUSTOMER_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/crypto/cipher.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/segments/membership_store.h"

namespace clientele::profile {

// MembershipStore::ReadRecords() within a transaction, which reads of one moment (repeatable read).
// One statement for each kind of fact, whatever the number of customers.
absl::StatusOr<std::vector<CustomerRecord>> ReadCustomerRecords(
    postgres::Transaction& transaction, const crypto::Cipher& cipher,
    const std::vector<std::string>& customer_ids, const RecordQuery& query);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_CUSTOMER_RECORDS_H_
