#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_ROWS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/consent/consent.h"
#include "common/crypto/cipher.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/media/interests.h"
#include "services/profile-service/core/media/media_store.h"

namespace clientele::profile {

// The newest pictures of the members with what was seen in them, at most `limit`. Of vectors only
// those of `encoder_id`; empty: none.
absl::StatusOr<std::vector<Media>> ListMedia(postgres::Transaction& transaction,
                                             const crypto::Cipher& cipher,
                                             const std::vector<std::string>& members,
                                             const std::optional<MediaPosition>& after, int limit,
                                             const std::string& encoder_id = {});

// For a profile.
absl::StatusOr<KnownPictures> ReadPictures(postgres::Transaction& transaction,
                                           const crypto::Cipher& cipher,
                                           const std::vector<std::string>& members,
                                           const PictureQuery& query);

// What was seen in each, into it.
absl::Status AddSightings(postgres::Transaction& transaction, const crypto::Cipher& cipher,
                          const std::string& encoder_id, std::vector<Media>& media);

Media ToMedia(const postgres::Row& row);

// Deletes the pictures of everybody who is one person with one of the customers and does not
// consent to image analysis: after a decision about it.
absl::Status DropWithheldMedia(postgres::Transaction& transaction,
                               const std::vector<std::string>& customer_ids,
                               const consent::Policy& policy);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_ROWS_H_
