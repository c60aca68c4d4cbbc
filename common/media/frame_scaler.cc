#include "common/media/frame_scaler.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"

extern "C" {
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

namespace clientele::media::internal {
namespace {

constexpr std::size_t kColors = 3;
// swscale writes whole vectors of the processor, past the end of a row.
constexpr std::size_t kRowAlignment = 64;

bool IsFullRange(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
      return true;
    default:
      return frame.color_range == AVCOL_RANGE_JPEG;
  }
}

}  // namespace

FrameScaler::FrameScaler(std::int64_t width, std::int64_t height, const Turn& turn,
                         std::int64_t output_side)
    : width_(width), height_(height), turn_(turn) {
  const std::int64_t longest = std::max(width, height);
  if (longest <= output_side) return;
  const auto scaled = [&](std::int64_t length) {
    return std::max<std::int64_t>(1, (length * output_side + longest / 2) / longest);
  };
  width_ = scaled(width);
  height_ = scaled(height);
}

FrameScaler::~FrameScaler() { sws_freeContext(context_); }

absl::StatusOr<std::vector<std::uint8_t>> FrameScaler::Scale(const AVFrame& frame) {
  const auto width = static_cast<std::size_t>(width_);
  const auto height = static_cast<std::size_t>(height_);
  const bool shrinks = frame.width > width_ || frame.height > height_;
  context_ = sws_getCachedContext(
      context_, frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
      static_cast<int>(width_), static_cast<int>(height_), AV_PIX_FMT_RGB24,
      (shrinks ? SWS_AREA : SWS_BILINEAR) | SWS_ACCURATE_RND, nullptr, nullptr, nullptr);
  if (context_ == nullptr) {
    return absl::InvalidArgumentError("the video's frames are of a kind that can't be shown");
  }
  sws_setColorspaceDetails(context_, sws_getCoefficients(frame.colorspace),
                           IsFullRange(frame) ? 1 : 0, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0,
                           1 << 16, 1 << 16);
  const std::size_t row = (width * kColors + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
  std::vector<std::uint8_t> rows(row * height + kRowAlignment);
  std::uint8_t* const planes[4] = {rows.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {static_cast<int>(row), 0, 0, 0};
  if (sws_scale(context_, frame.data, frame.linesize, 0, frame.height, planes, strides) !=
      static_cast<int>(height_)) {
    return absl::InvalidArgumentError("a frame of the video can't be scaled");
  }
  const auto out_width = static_cast<std::size_t>(this->width());
  const auto out_height = static_cast<std::size_t>(this->height());
  std::vector<std::uint8_t> rgb(kColors * out_width * out_height);
  for (std::size_t y = 0; y < out_height; ++y) {
    for (std::size_t x = 0; x < out_width; ++x) {
      std::size_t from_x = turn_.flip_x ? out_width - 1 - x : x;
      std::size_t from_y = turn_.flip_y ? out_height - 1 - y : y;
      if (turn_.transpose) std::swap(from_x, from_y);
      std::copy_n(&rows[from_y * row + kColors * from_x], kColors,
                  &rgb[kColors * (y * out_width + x)]);
    }
  }
  return rgb;
}

}  // namespace clientele::media::internal
