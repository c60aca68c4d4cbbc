#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_MEDIA_CONVERSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_MEDIA_CONVERSION_H_

// Pictures and what is seen in them between core and protos.

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/media/interests.h"
#include "services/profile-service/core/media/media.h"
#include "services/profile-service/core/media/media_library.h"

namespace clientele::profile {

// Customer and media id of "customers/{customer}/media/{media}"; INVALID_ARGUMENT about `field`.
absl::StatusOr<std::pair<std::string, std::string>> ParseMediaName(absl::string_view name,
                                                                   absl::string_view field);

// What a caller says of a picture, as MediaLibrary::Begin() takes it. INVALID_ARGUMENT about the
// name.
absl::StatusOr<Media> FromProto(const v1::Media& proto);

v1::Media ToProto(const Media& media);
v1::Interest ToProto(const Interest& interest);
v1::DetectObjectsResponse ToProto(const DetectedPicture& detected);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_MEDIA_CONVERSION_H_
