#ifndef CLIENTELE_COMMON_MEDIA_VIDEO_H_
#define CLIENTELE_COMMON_MEDIA_VIDEO_H_

// Short videos as frames: of each second the frame nearest to it.

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace clientele::media {

// Seconds of a video, counted from its beginning; of each the frame that is nearest, where there is
// one within half a second.
struct FrameRange {
  int first = 0;
  int count = 60;
  // Without: the frames are decoded and counted, and their pixels left out.
  bool pixels = true;
};

struct VideoFrame {
  absl::Duration offset;  // from the beginning
  // Red, green, blue; row by row from the top. Empty where no pixels were wanted.
  std::vector<std::uint8_t> rgb;
};

struct Video {
  // As it is shown: turned as the camera noted.
  std::int64_t original_width = 0;
  std::int64_t original_height = 0;
  // Of each frame: the same, or in the same proportions and smaller.
  std::int64_t width = 0;
  std::int64_t height = 0;
  // From the first frame to the end of the last.
  absl::Duration duration = {};
  // Of the range, in order; damaged ones are left out.
  std::vector<VideoFrame> frames = {};
};

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_VIDEO_H_
