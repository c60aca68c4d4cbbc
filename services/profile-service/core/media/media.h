#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::profile {

// Reasons of FAILED_PRECONDITION.
inline constexpr char kConsentWithheld[] = "CONSENT_WITHHELD";
inline constexpr char kNoPictureModels[] = "NO_PICTURE_MODELS";
inline constexpr char kTooManyPictures[] = "TOO_MANY_PICTURES";

// The numbers of these are stored: never change one.
enum class MediaFormat : int { kJpeg = 1, kPng = 2, kWebp = 3, kMp4 = 4, kWebm = 5 };
enum class MediaState : int { kPending = 1, kSeen = 2, kFailed = 3 };
// What a model of pictures tells: what a picture is of, or where what is in it.
enum class SightingKind : int { kClasses = 1, kObjects = 2 };

inline absl::string_view ContentTypeOf(MediaFormat format) {
  switch (format) {
    case MediaFormat::kJpeg:
      return "image/jpeg";
    case MediaFormat::kPng:
      return "image/png";
    case MediaFormat::kWebp:
      return "image/webp";
    case MediaFormat::kMp4:
      return "video/mp4";
    case MediaFormat::kWebm:
      return "video/webm";
  }
  return "";
}

// Pixels of a picture as it is shown, from its left upper corner.
struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  bool operator==(const Box&) const = default;
};

struct SeenObject {
  std::string label;
  double score = 0;        // 0 to 1
  std::optional<Box> box;  // none: the whole picture
  // Of a video: the frame with this score and box, where it is one of them; and in how many frames
  // it is seen.
  std::optional<absl::Duration> offset = {};
  int frame_count = 0;  // 0: of a picture

  bool operator==(const SeenObject&) const = default;
};

// What one version of a model saw in a picture or a video.
struct Sighting {
  std::string model_id;  // "name/version"
  SightingKind kind = SightingKind::kObjects;
  absl::Time see_time = {};
  std::vector<SeenObject> objects = {};  // by score, highest first
  std::vector<float> vector = {};        // of kClasses; empty: none
};

// Of a video one frame a second is looked at, of its first minute.
inline constexpr int kMostVideoFrames = 60;

// A picture or a short video of a customer, without its bytes. Where pictures are spoken of, a
// video is one.
struct Media {
  std::string customer_id;
  std::string media_id;
  MediaFormat format = MediaFormat::kJpeg;
  std::int64_t byte_count = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  absl::Duration duration = {};  // of a video
  int frame_count = 1;           // that are looked at
  absl::Time capture_time = {};
  absl::Time upload_time = {};
  bool keep = false;
  MediaState state = MediaState::kPending;
  std::string failure = {};
  std::vector<Sighting> sightings = {};
};

inline std::string MediaName(absl::string_view customer_id, absl::string_view media_id) {
  return absl::StrCat("customers/", customer_id, "/media/", media_id);
}

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_MEDIA_H_
