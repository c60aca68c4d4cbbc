#ifndef CLIENTELE_COMMON_MEDIA_VIDEO_HEADER_H_
#define CLIENTELE_COMMON_MEDIA_VIDEO_HEADER_H_

// Whether bytes are a whole video of a container that is taken, before anything is decoded: what is
// cut off or something else costs no process.
//
//   if (!VideoFormatOf(bytes)) ...   // a picture, or nothing that is known
//   CLIENTELE_ASSIGN_OR_RETURN(const VideoFormat format, CheckVideo(bytes, VideoLimits()));
//
// What is inside, and how long and large it is, the decoder says (video_decoder.h). Pure functions,
// thread-safe; they read the bytes at most once.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace clientele::media {

// ISO base media, which MP4 and QuickTime are; and WebM.
enum class VideoFormat { kMp4, kWebm };

// "MP4", "WebM".
absl::string_view NameOf(VideoFormat format);

struct VideoLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  // Pixels of a side, and of a frame: 8K.
  std::int64_t max_side = 8192;
  std::int64_t max_pixels = 36'000'000;
  absl::Duration max_duration = absl::Minutes(10);
};

// The container that the first bytes tell; nullopt for none of these, and for pictures that come
// in one (HEIF, AVIF).
std::optional<VideoFormat> VideoFormatOf(absl::string_view bytes);

// Whether they begin as such a picture.
bool IsHeif(absl::string_view bytes);

// INVALID_ARGUMENT for another container, one that is cut off, and past VideoLimits::max_bytes.
absl::StatusOr<VideoFormat> CheckVideo(absl::string_view bytes, const VideoLimits& limits);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_VIDEO_HEADER_H_
