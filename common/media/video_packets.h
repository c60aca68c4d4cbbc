#ifndef CLIENTELE_COMMON_MEDIA_VIDEO_PACKETS_H_
#define CLIENTELE_COMMON_MEDIA_VIDEO_PACKETS_H_

// What a container holds of its video: the compressed frames with their times, none decoded.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const VideoPackets video, ReadVideoPackets(bytes, format, limits));

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/media/video_header.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/rational.h>
}

namespace clientele::media::internal {

struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeParameters {
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
};

struct TimedPacket {
  std::unique_ptr<AVPacket, FreePacket> packet;
  std::int64_t time_us = 0;  // when its frame is shown, from the beginning
  bool key = false;          // decoding may begin here
};

// How a frame is turned to be shown: `transpose` first, then the flips.
struct Turn {
  bool transpose = false;
  bool flip_x = false;
  bool flip_y = false;
};

struct VideoPackets {
  std::unique_ptr<AVCodecParameters, FreeParameters> parameters;
  AVRational time_base = {1, 1};
  std::int64_t start_us = 0;  // what the container's times begin at
  std::int64_t duration_us = 0;
  Turn turn;
  std::vector<TimedPacket> packets;  // in the order of decoding; not empty
};

// Microseconds of `time`, within bounds that can be added.
std::int64_t ToMicros(std::int64_t time, AVRational time_base);

// INVALID_ARGUMENT as DecodeVideo(), of all that shows before decoding.
absl::StatusOr<VideoPackets> ReadVideoPackets(absl::string_view bytes, VideoFormat format,
                                              const VideoLimits& limits);

}  // namespace clientele::media::internal

#endif  // CLIENTELE_COMMON_MEDIA_VIDEO_PACKETS_H_
