#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_PG_MEDIA_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_PG_MEDIA_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/consent/consent.h"
#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/media/media_store.h"

namespace clientele::profile {

// profile.media and the tables beside it. What was seen, and the bytes, are encrypted.
class PgMediaStore final : public MediaStore {
 public:
  // All borrowed; they outlive the store.
  PgMediaStore(postgres::ConnectionPool* pool, const Ledger* ledger, const crypto::Cipher* cipher,
               consent::Policy policy = {})
      : pool_(pool), ledger_(ledger), cipher_(cipher), policy_(policy) {}

  absl::Status CheckConsent(const RequestContext& context, absl::string_view customer_id) override;
  absl::StatusOr<Media> InsertMedia(const RequestContext& context, const Media& media,
                                    absl::string_view bytes, const MediaLimits& limits) override;
  absl::StatusOr<Media> GetMedia(const RequestContext& context, absl::string_view customer_id,
                                 absl::string_view media_id) override;
  absl::StatusOr<std::vector<Media>> ListMedia(const RequestContext& context,
                                               absl::string_view customer_id,
                                               const std::optional<MediaPosition>& after,
                                               int limit) override;
  absl::Status DeleteMedia(const RequestContext& context, const MutationId& mutation,
                           absl::string_view customer_id, absl::string_view media_id) override;
  absl::StatusOr<std::vector<PendingPicture>> TakePictures(const RequestContext& context, int limit,
                                                           absl::Time now,
                                                           absl::Duration lease) override;
  absl::Status PutSighting(const RequestContext& context, absl::string_view customer_id,
                           absl::string_view media_id, const Sighting& sighting) override;
  absl::Status SettlePicture(const RequestContext& context, absl::string_view customer_id,
                             absl::string_view media_id, absl::string_view failure) override;
  absl::Status DeferPicture(const RequestContext& context, absl::string_view customer_id,
                            absl::string_view media_id, absl::Time until, int attempts) override;
  absl::StatusOr<std::int64_t> AwaitKept(const RequestContext& context,
                                         absl::Span<const std::string> model_ids,
                                         int limit) override;
  absl::StatusOr<std::int64_t> DropOldMedia(const RequestContext& context, absl::Time before,
                                            int limit) override;

 private:
  absl::Status CheckRow(const postgres::Result& rows, absl::string_view customer_id) const;
  absl::Status InsertPieces(postgres::Transaction& transaction, const Media& media,
                            absl::string_view bytes) const;
  absl::StatusOr<std::string> ReadBytes(postgres::Transaction& transaction,
                                        const PendingPicture& picture) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const crypto::Cipher* const cipher_;
  const consent::Policy policy_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_PG_MEDIA_STORE_H_
