#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_MODELS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_MODELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// A decoded picture.
struct Pixels {
  PictureFormat format = PictureFormat::kJpeg;
  // As it is shown.
  std::int64_t original_width = 0;
  std::int64_t original_height = 0;
  // Of `rgb`: the same, or in the same proportions and smaller.
  std::int64_t width = 0;
  std::int64_t height = 0;
  // Red, green, blue; row by row from the top.
  std::vector<std::uint8_t> rgb = {};
};

// Thread-safe.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;
  // INVALID_ARGUMENT about "picture" for bytes that are none, or none that may be decoded;
  // DEADLINE_EXCEEDED past the context's deadline; UNAVAILABLE where decoding is not to be had.
  virtual absl::StatusOr<Pixels> Decode(const RequestContext& context, absl::string_view bytes) = 0;
};

// Looks at pictures: an encoder with classes, or a detector. Thread-safe.
class PictureModel {
 public:
  virtual ~PictureModel() = default;
  // Boxes are in pixels of the original. UNAVAILABLE (MODEL_UNAVAILABLE) while no version serves;
  // RESOURCE_EXHAUSTED when its queue is full.
  virtual absl::StatusOr<Sighting> See(const RequestContext& context, const Pixels& pixels) = 0;
  // Of the version that serves now: "name/version"; empty when none serves.
  virtual std::string model_id() const = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_MODELS_H_
