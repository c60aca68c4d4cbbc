#include "services/profile-service/store/features/text_vector_codec.h"

#include <bit>
#include <cstring>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {

static_assert(std::endian::native == std::endian::little,
              "vectors are stored as this machine lays them out");

std::string TextVectorPlace(absl::string_view customer_id, absl::string_view event_id,
                            absl::string_view model_id) {
  return absl::StrCat("profile.text_vectors.vector:", customer_id, "/", event_id, "/", model_id);
}

postgres::Bytes SealVector(const crypto::Cipher& cipher, absl::Span<const float> vector,
                           absl::string_view place) {
  const absl::string_view bytes(reinterpret_cast<const char*>(vector.data()),
                                vector.size() * sizeof(float));
  return {cipher.Encrypt(bytes, place)};
}

absl::StatusOr<std::vector<float>> OpenVector(const crypto::Cipher& cipher,
                                              absl::string_view sealed, absl::string_view place) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, cipher.Decrypt(sealed, place));
  if (bytes.empty() || bytes.size() % sizeof(float) != 0) {
    return WithReason(absl::DataLossError("a stored vector cannot be read"), reason::kDataLoss);
  }
  std::vector<float> vector(bytes.size() / sizeof(float));
  std::memcpy(vector.data(), bytes.data(), bytes.size());
  return vector;
}

}  // namespace clientele::profile
