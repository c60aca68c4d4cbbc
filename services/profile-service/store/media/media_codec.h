#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_CODEC_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_CODEC_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/cipher.h"
#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// Of the pieces in which a picture is stored.
inline constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

// Associated data of profile.media_pieces.content; pieces are numbered from 1.
std::string MediaPiecePlace(absl::string_view customer_id, absl::string_view media_id,
                            absl::string_view piece);
// Of a column of profile.media_sightings: "objects" or "vector".
std::string SightingPlace(absl::string_view column, absl::string_view customer_id,
                          absl::string_view media_id, absl::string_view model_id);

// JSON: [["bicycle", 0.93, [1, 2, 30, 40]], ["dog", 0.5]]. Of a video with the frame's offset in
// microseconds and the number of frames behind: ["bicycle", 0.93, [1, 2, 30, 40], 2000000, 3]. An
// offset of null is that of a class, which has no box; zeros stand in its place, because releases
// before videos read a box wherever something follows the score.
std::string EncodeObjects(const std::vector<SeenObject>& objects);
// DATA_LOSS for anything else.
absl::StatusOr<std::vector<SeenObject>> DecodeObjects(absl::string_view json);

// Equal for equal bytes.
std::string ContentIndex(const crypto::Cipher& cipher, absl::string_view bytes);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MEDIA_MEDIA_CODEC_H_
