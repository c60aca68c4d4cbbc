#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_TEXT_VECTOR_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_TEXT_VECTOR_STORE_H_

#include <vector>

#include "common/consent/consent.h"
#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/profiles/text_vectors.h"

namespace clientele::profile {

// profile.text_vectors, encrypted, and profile.pending_texts, which a trigger on events fills; who
// may not be profiled is taken out of it.
class PgTextVectorStore final : public TextVectorStore {
 public:
  // Both borrowed; they outlive the store.
  PgTextVectorStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher,
                    consent::Policy policy = {})
      : pool_(pool), cipher_(cipher), policy_(policy) {}

  absl::StatusOr<std::vector<PendingText>> Take(const RequestContext& context, int limit,
                                                absl::Time now, absl::Duration lease) override;
  absl::Status Put(const RequestContext& context, absl::string_view model_id,
                   absl::Span<const TextVector> vectors, absl::Time now) override;
  absl::StatusOr<bool> ScanTexts(const RequestContext& context, absl::string_view model_id,
                                 const Scan& scan) override;

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
  const consent::Policy policy_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_PG_TEXT_VECTOR_STORE_H_
