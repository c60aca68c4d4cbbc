#ifndef CLIENTELE_COMMON_MEDIA_DECODER_MESSAGES_H_
#define CLIENTELE_COMMON_MEDIA_DECODER_MESSAGES_H_

// What isolated_decoder.h and decoder_process.h say to each other, on one machine and of one build.

#include <cstdint>

namespace clientele::media::internal {

// On the control socket, with one end of a stream socket: the picture's bytes come on that until
// their end, and the answer goes back on it.
struct DecodeRequest {
  std::int64_t max_bytes = 0;
  std::int64_t max_side = 0;
  std::int64_t max_pixels = 0;
  std::int64_t max_scans = 0;
  std::int64_t output_side = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t seconds = 0;
  // Of a video; else of a picture, and without the rest.
  std::int64_t is_video = 0;
  std::int64_t max_duration_us = 0;
  std::int64_t first_frame = 0;
  std::int64_t frame_count = 0;
  std::int64_t pixels = 0;
};

// The first byte that comes back: the process is there. A picture without it was never looked at.
inline constexpr char kBegun = '+';

// Followed by `payload_bytes`: the pixels, of a video after the offset of each frame (a
// std::int64_t in microseconds); or of an error its message.
struct DecodeAnswer {
  std::int64_t code = 0;  // absl::StatusCode
  std::int64_t payload_bytes = 0;
  std::int64_t original_width = 0;
  std::int64_t original_height = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  // Of a video.
  std::int64_t duration_us = 0;
  std::int64_t frame_count = 0;
};

inline constexpr std::int64_t kMaxErrorBytes = 4096;

}  // namespace clientele::media::internal

#endif  // CLIENTELE_COMMON_MEDIA_DECODER_MESSAGES_H_
