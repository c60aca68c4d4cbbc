#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_TEXT_POOLS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_TEXT_POOLS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/cipher.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/features/behavior.h"

namespace clientele::profile {

// A customer's newest texts in one vector, made when the vector of one of them is stored. Which
// texts it is of is compared on each read, so that it is never of others than the newest; it goes
// with the first of their vectors (a trigger on profile.text_vectors).

// Associated data of profile.text_pools.vector.
std::string TextPoolPlace(absl::string_view customer_id, absl::string_view model_id);

// Makes the pools of customers, in the transaction that stores vectors of their texts. Of those
// whose newest texts lack vectors none is made.
absl::Status MakeTextPools(postgres::Transaction& transaction, const crypto::Cipher& cipher,
                           absl::string_view model_id, const std::vector<std::string>& customers);

// The newest texts of a person: one vector of their direction, without sources, where the pool is
// of them; else the vector of each, and so for persons who are several customers, and for more or
// fewer texts than a pool has.
absl::StatusOr<KnownTexts> ReadTextPool(postgres::Transaction& transaction,
                                        const crypto::Cipher& cipher,
                                        const std::vector<std::string>& members,
                                        const SignalQuery& query);

// The vector of each of them.
absl::StatusOr<KnownTexts> ReadTexts(postgres::Transaction& transaction,
                                     const crypto::Cipher& cipher,
                                     const std::vector<std::string>& members,
                                     const SignalQuery& query);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_TEXT_POOLS_H_
