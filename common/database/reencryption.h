#ifndef CLIENTELE_COMMON_DATABASE_REENCRYPTION_H_
#define CLIENTELE_COMMON_DATABASE_REENCRYPTION_H_

// After a key rotation: encrypts again what is stored under older keys.
//
//   clientele-models rotate-key /etc/clientele/profile-data.key
//   ... restart the service's replicas, so that all of them know the new key ...
//   profile-service --reencrypt_and_exit
//
// It may run beside serving replicas and be stopped at any moment: a value is replaced only
// where nobody changed it meanwhile, in transactions of a few hundred rows, and what is under
// the current key already is passed over. Blind indexes are not touched: they do not depend on
// the current key (cipher.h).

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/crypto/cipher.h"
#include "common/database/database_options.h"
#include "common/database/encrypted_column.h"
#include "common/executor/request_context.h"
#include "common/postgres/connection_pool.h"
#include "common/telemetry/log.h"

namespace clientele::database {

// What became of a column's values that were not under the current key.
struct ReencryptionCounts {
  int64_t reencrypted = 0;
  // Changed or deleted by somebody else meanwhile; run again to see whether any is left.
  int64_t changed = 0;
  // Not to be decrypted with any key of the ring; left as they are.
  int64_t unreadable = 0;

  friend bool operator==(const ReencryptionCounts&, const ReencryptionCounts&) = default;
};

// One column, `batch` rows at a time. Fails as ConnectionPool::Transact does.
absl::StatusOr<ReencryptionCounts> ReencryptColumn(postgres::ConnectionPool& pool,
                                                   const RequestContext& context,
                                                   const crypto::Cipher& cipher,
                                                   const EncryptedColumn& column, int batch = 500);

// All of them, with a line `reencrypted` in the log for each. DATA_LOSS, after the last column,
// when values could not be decrypted.
absl::Status Reencrypt(postgres::ConnectionPool& pool, const RequestContext& context,
                       const crypto::Cipher& cipher, const std::vector<EncryptedColumn>& columns,
                       telemetry::Logger& log);

// Opens database and key ring for Reencrypt() alone: what --reencrypt_and_exit does. NOT_FOUND
// without a key ring.
absl::Status ReencryptDatabase(const DatabaseOptions& options, const std::string& application_name,
                               const std::vector<EncryptedColumn>& columns);

}  // namespace clientele::database

#endif  // CLIENTELE_COMMON_DATABASE_REENCRYPTION_H_
