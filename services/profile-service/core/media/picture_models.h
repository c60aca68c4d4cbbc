#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_MODELS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_MODELS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// A decoded picture.
struct Pixels {
  MediaFormat format = MediaFormat::kJpeg;
  // As it is shown.
  std::int64_t original_width = 0;
  std::int64_t original_height = 0;
  // Of `rgb`: the same, or in the same proportions and smaller.
  std::int64_t width = 0;
  std::int64_t height = 0;
  // Red, green, blue; row by row from the top.
  std::vector<std::uint8_t> rgb = {};
};

struct VideoFrame {
  absl::Duration offset;  // from the beginning
  Pixels pixels;
};

// What a video is, which can be decoded.
struct VideoFacts {
  MediaFormat format = MediaFormat::kMp4;
  // As it is shown.
  std::int64_t width = 0;
  std::int64_t height = 0;
  absl::Duration duration = {};
  int frame_count = 0;  // of those that are looked at; at least 1
};

// The frames of some seconds of a video.
struct VideoPart {
  absl::Duration duration = {};  // of the whole
  std::vector<VideoFrame> frames = {};
};

// Thread-safe. Errors of all calls: INVALID_ARGUMENT about "picture" for bytes that are none, or
// none that may be decoded; DEADLINE_EXCEEDED past the context's deadline; UNAVAILABLE where
// decoding is not to be had.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;
  // Whether the bytes begin as a video, which the calls below take.
  virtual bool IsVideo(absl::string_view bytes) const = 0;
  virtual absl::StatusOr<Pixels> Decode(const RequestContext& context, absl::string_view bytes) = 0;
  // Decodes all frames that are looked at, and gives none of them.
  virtual absl::StatusOr<VideoFacts> CheckVideo(const RequestContext& context,
                                                absl::string_view bytes) = 0;
  // Of `seconds` seconds from second `first` on, the frame nearest to each.
  virtual absl::StatusOr<VideoPart> DecodeFrames(const RequestContext& context,
                                                 absl::string_view bytes, int first,
                                                 int seconds) = 0;
};

// Looks at pictures: an encoder with classes, or a detector. Thread-safe.
class PictureModel {
 public:
  virtual ~PictureModel() = default;
  // One a picture, in their order, all by one version. Boxes are in pixels of the original; an
  // encoder tells all of its classes. UNAVAILABLE (MODEL_UNAVAILABLE) while no version serves;
  // RESOURCE_EXHAUSTED when its queue is full.
  virtual absl::StatusOr<std::vector<Sighting>> SeeAll(
      const RequestContext& context, absl::Span<const Pixels* const> pictures) = 0;
  // The same of one.
  absl::StatusOr<Sighting> See(const RequestContext& context, const Pixels& pixels) {
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<Sighting> sightings, SeeAll(context, {&pixels}));
    return std::move(sightings.front());
  }
  // Of the version that serves now: "name/version"; empty when none serves.
  virtual std::string model_id() const = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_PICTURE_MODELS_H_
