#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_PG_CHANGE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_PG_CHANGE_STORE_H_

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/changes/change_store.h"

namespace clientele::profile {

// Reads profile.changes joined with the events as they are now.
class PgChangeStore final : public ChangeStore {
 public:
  // Both borrowed; they outlive the store.
  PgChangeStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher)
      : pool_(pool), cipher_(cipher) {}

  absl::StatusOr<ChangePage> Read(const RequestContext& context, int64_t after, int limit,
                                  bool include_text) override;
  absl::StatusOr<int64_t> LastSeq(const RequestContext& context) override;

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_PG_CHANGE_STORE_H_
