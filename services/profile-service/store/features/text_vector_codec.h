#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_TEXT_VECTOR_CODEC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_TEXT_VECTOR_CODEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/crypto/cipher.h"
#include "common/postgres/value.h"

namespace clientele::profile {

// Associated data of profile.text_vectors.vector.
std::string TextVectorPlace(absl::string_view customer_id, absl::string_view event_id,
                            absl::string_view model_id);

// A vector as it is stored: float32, little-endian, encrypted.
postgres::Bytes SealVector(const crypto::Cipher& cipher, absl::Span<const float> vector,
                           absl::string_view place);
// DATA_LOSS when it does not decrypt, or is none.
absl::StatusOr<std::vector<float>> OpenVector(const crypto::Cipher& cipher,
                                              absl::string_view sealed, absl::string_view place);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_TEXT_VECTOR_CODEC_H_
