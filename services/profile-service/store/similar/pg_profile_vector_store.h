#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SIMILAR_PG_PROFILE_VECTOR_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SIMILAR_PG_PROFILE_VECTOR_STORE_H_

#include <string>
#include <unordered_set>
#include <vector>

#include "common/consent/consent.h"
#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/similar/profile_vector_store.h"

namespace clientele::profile {

// Associated data of profile.profile_vectors.vector.
std::string ProfileVectorPlace(absl::string_view customer_id);

// profile.profile_vectors: a vector is encrypted, because it tells what its customer did.
class PgProfileVectorStore final : public ProfileVectorStore {
 public:
  // Both borrowed; they outlive the store.
  PgProfileVectorStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher,
                       const consent::Policy& policy = {})
      : pool_(pool), cipher_(cipher), policy_(policy) {}

  absl::StatusOr<int> AdoptVectors(const RequestContext& context, int limit) override;
  absl::Status MakeVectorsDue(const RequestContext& context,
                              const std::vector<std::string>& customer_ids,
                              absl::Time when) override;
  absl::StatusOr<std::vector<DueVector>> TakeDueVectors(const RequestContext& context, int limit,
                                                        absl::Time now,
                                                        absl::Duration lease) override;
  absl::Status PutVectors(const RequestContext& context,
                          absl::Span<const MadeVector> vectors) override;
  absl::StatusOr<VectorPage> ReadVectors(const RequestContext& context, const VectorPosition& after,
                                         int limit) override;
  absl::StatusOr<std::unordered_set<std::string>> ListMatching(
      const RequestContext& context, absl::string_view region,
      absl::string_view segment_id) override;

 private:
  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
  const consent::Policy policy_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SIMILAR_PG_PROFILE_VECTOR_STORE_H_
