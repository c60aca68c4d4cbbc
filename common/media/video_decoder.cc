#include "common/media/video_decoder.h"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/media/frame_scaler.h"
#include "common/media/video_packets.h"
#include "common/status/status_macros.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace clientele::media {
namespace {

using internal::FrameScaler;
using internal::TimedPacket;
using internal::VideoPackets;

constexpr std::int64_t kSecondUs = 1'000'000;
// Frames that no other needs are passed over where enough others are left.
constexpr std::int64_t kManyFramesASecond = 15;

struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreeCodec {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
using FramePointer = std::unique_ptr<AVFrame, FreeFrame>;

// The frames of a video in the order in which they are shown.
class FrameReader {
 public:
  FrameReader(const VideoPackets& video, const VideoLimits& limits)
      : video_(video), limits_(limits) {}

  // `skip`: pass over frames that no other needs.
  absl::Status Open(bool skip) {
    const AVCodec* const codec = avcodec_find_decoder(video_.parameters->codec_id);
    context_.reset(avcodec_alloc_context3(codec));
    if (context_ == nullptr ||
        avcodec_parameters_to_context(context_.get(), video_.parameters.get()) < 0) {
      return absl::InvalidArgumentError("the video takes more memory than it may");
    }
    context_->thread_count = 1;
    context_->pkt_timebase = video_.time_base;
    context_->max_pixels = limits_.max_pixels;
    if (skip) context_->skip_frame = AVDISCARD_NONREF;
    if (avcodec_open2(context_.get(), codec, nullptr) < 0) {
      return absl::InvalidArgumentError(absl::StrCat("the video's ",
                                                     avcodec_get_name(video_.parameters->codec_id),
                                                     " frames can't be decoded"));
    }
    return absl::OkStatus();
  }

  // Goes on with the last frame at or before `time_us` at which decoding may begin, where that
  // lies ahead.
  void SkipTo(std::int64_t time_us) {
    std::size_t key = next_;
    for (std::size_t i = next_; i < video_.packets.size(); ++i) {
      const TimedPacket& timed = video_.packets[i];
      if (timed.key && timed.time_us <= time_us) key = i;
    }
    if (key == next_) return;
    avcodec_flush_buffers(context_.get());
    next_ = key;
    ended_ = false;
    // Frames that are shown before it are made of what was passed over.
    begin_us_ = video_.packets[key].time_us;
    current_.reset();
  }

  // The next one that is whole; null after the last.
  const AVFrame* Next() {
    FramePointer frame(av_frame_alloc());
    while (frame != nullptr) {
      const int received = avcodec_receive_frame(context_.get(), frame.get());
      if (received == AVERROR_EOF || (received < 0 && ended_)) break;
      if (received < 0) {
        Send();
        continue;
      }
      if (!IsWhole(*frame)) continue;
      const std::int64_t time_us =
          internal::ToMicros(frame->best_effort_timestamp, video_.time_base) - video_.start_us;
      if (time_us < begin_us_) continue;
      current_ = std::move(frame);
      time_us_ = time_us;
      return current_.get();
    }
    current_.reset();
    return nullptr;
  }

  // What Next() gave last.
  const AVFrame* current() const { return current_.get(); }
  std::int64_t time_us() const { return time_us_; }

 private:
  // One that is damaged is passed over.
  void Send() {
    if (next_ < video_.packets.size()) {
      avcodec_send_packet(context_.get(), video_.packets[next_++].packet.get());
    } else {
      avcodec_send_packet(context_.get(), nullptr);
      ended_ = true;
    }
  }
  bool IsWhole(const AVFrame& frame) const {
    const std::int64_t pixels = std::int64_t{frame.width} * frame.height;
    return frame.best_effort_timestamp != AV_NOPTS_VALUE && frame.decode_error_flags == 0 &&
           (frame.flags & AV_FRAME_FLAG_CORRUPT) == 0 && frame.width > 0 && frame.height > 0 &&
           frame.width <= limits_.max_side && frame.height <= limits_.max_side &&
           pixels <= limits_.max_pixels;
  }

  const VideoPackets& video_;
  const VideoLimits& limits_;
  std::unique_ptr<AVCodecContext, FreeCodec> context_;
  std::size_t next_ = 0;  // packet
  bool ended_ = false;
  std::int64_t begin_us_ = INT64_MIN;
  FramePointer current_;
  std::int64_t time_us_ = 0;
};

// The frame nearest to the second's beginning, of those within half a second of it.
std::optional<std::pair<std::int64_t, FramePointer>> Nearest(FrameReader& reader, int second) {
  const std::int64_t wanted_us = second * kSecondUs;
  std::optional<std::pair<std::int64_t, FramePointer>> nearest;
  const auto consider = [&] {
    const std::int64_t distance = std::abs(reader.time_us() - wanted_us);
    if (distance > kSecondUs / 2) return;
    // The half second between two belongs to the later.
    if (reader.time_us() - wanted_us == kSecondUs / 2) return;
    if (nearest && std::abs(nearest->first - wanted_us) <= distance) return;
    nearest.emplace(reader.time_us(), FramePointer(av_frame_clone(reader.current())));
  };
  if (reader.current() == nullptr || reader.time_us() < wanted_us) reader.SkipTo(wanted_us);
  if (reader.current() != nullptr) consider();
  while (reader.current() == nullptr || reader.time_us() < wanted_us) {
    if (reader.Next() == nullptr) break;
    consider();
  }
  if (nearest && nearest->second == nullptr) nearest.reset();
  return nearest;
}

struct Size {
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// Of the frames, as stored: what the container says, or else the first of them; zero without.
absl::StatusOr<Size> SizeOf(const VideoPackets& packets, const VideoLimits& limits) {
  const AVCodecParameters& parameters = *packets.parameters;
  if (parameters.width > 0 && parameters.height > 0) {
    return Size{parameters.width, parameters.height};
  }
  FrameReader reader(packets, limits);
  CLIENTELE_RETURN_IF_ERROR(reader.Open(/*skip=*/false));
  const AVFrame* const first = reader.Next();
  return first == nullptr ? Size() : Size{first->width, first->height};
}

absl::StatusOr<Video> Decode(const VideoPackets& packets, const VideoLimits& limits,
                             const FrameRange& range, std::int64_t output_side, bool skip) {
  CLIENTELE_ASSIGN_OR_RETURN(const Size size, SizeOf(packets, limits));
  Video video{.duration = absl::Microseconds(packets.duration_us)};
  if (size.width == 0) return video;
  FrameReader reader(packets, limits);
  CLIENTELE_RETURN_IF_ERROR(reader.Open(skip));
  FrameScaler scaler(size.width, size.height, packets.turn, output_side);
  video.original_width = packets.turn.transpose ? size.height : size.width;
  video.original_height = packets.turn.transpose ? size.width : size.height;
  video.width = scaler.width();
  video.height = scaler.height();
  for (int second = range.first; second < range.first + range.count; ++second) {
    if (second > 0 && second * kSecondUs >= packets.duration_us) break;
    auto nearest = Nearest(reader, second);
    if (!nearest) continue;
    VideoFrame frame{.offset = absl::Microseconds(nearest->first), .rgb = {}};
    // One shows that they can be scaled.
    if (range.pixels || video.frames.empty()) {
      CLIENTELE_ASSIGN_OR_RETURN(frame.rgb, scaler.Scale(*nearest->second));
    }
    if (!range.pixels) frame.rgb.clear();
    video.frames.push_back(std::move(frame));
  }
  return video;
}

}  // namespace

void PrepareVideoDecoding() {
  av_log_set_level(AV_LOG_QUIET);
  av_get_cpu_flags();
  for (const char* name : {"mov", "matroska"}) av_find_input_format(name);
  for (const AVCodecID id : {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9,
                             AV_CODEC_ID_AV1, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MJPEG}) {
    avcodec_find_decoder(id);
  }
}

absl::StatusOr<Video> DecodeVideo(absl::string_view bytes, const VideoLimits& limits,
                                  const FrameRange& range, std::int64_t output_side) {
  CLIENTELE_ASSIGN_OR_RETURN(const VideoFormat format, CheckVideo(bytes, limits));
  CLIENTELE_ASSIGN_OR_RETURN(const VideoPackets packets,
                             internal::ReadVideoPackets(bytes, format, limits));
  const auto count = static_cast<std::int64_t>(packets.packets.size());
  const bool many = count * kSecondUs > kManyFramesASecond * packets.duration_us;
  CLIENTELE_ASSIGN_OR_RETURN(Video video, Decode(packets, limits, range, output_side, many));
  if (video.frames.empty() && many) {
    CLIENTELE_ASSIGN_OR_RETURN(video, Decode(packets, limits, range, output_side, false));
  }
  if (video.width == 0 || (video.frames.empty() && range.first == 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no frame of the ", NameOf(format), " video can be decoded"));
  }
  return video;
}

}  // namespace clientele::media
