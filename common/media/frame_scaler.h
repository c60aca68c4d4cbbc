#ifndef CLIENTELE_COMMON_MEDIA_FRAME_SCALER_H_
#define CLIENTELE_COMMON_MEDIA_FRAME_SCALER_H_

// Decoded frames of a video as RGB, scaled and turned to be shown.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "common/media/video_packets.h"

extern "C" {
#include <libavutil/frame.h>
}

struct SwsContext;

namespace clientele::media::internal {

class FrameScaler {
 public:
  // `width` and `height` are those of the frames before they are turned; at most `output_side`
  // pixels a side afterwards.
  FrameScaler(std::int64_t width, std::int64_t height, const Turn& turn, std::int64_t output_side);
  ~FrameScaler();
  FrameScaler(const FrameScaler&) = delete;
  FrameScaler& operator=(const FrameScaler&) = delete;

  // Of what Scale() gives: as shown.
  std::int64_t width() const { return turn_.transpose ? height_ : width_; }
  std::int64_t height() const { return turn_.transpose ? width_ : height_; }

  // Red, green, blue; row by row from the top. INVALID_ARGUMENT for a frame that cannot be scaled.
  absl::StatusOr<std::vector<std::uint8_t>> Scale(const AVFrame& frame);

 private:
  std::int64_t width_ = 1;  // scaled, not turned
  std::int64_t height_ = 1;
  const Turn turn_;
  SwsContext* context_ = nullptr;
};

}  // namespace clientele::media::internal

#endif  // CLIENTELE_COMMON_MEDIA_FRAME_SCALER_H_
