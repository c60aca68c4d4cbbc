#include "common/media/video_packets.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/status_macros.h"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>
}

namespace clientele::media::internal {
namespace {

// More in 10 minutes than 120 a second.
constexpr std::size_t kMostPackets = 100'000;
constexpr unsigned kMostStreams = 32;
constexpr std::int64_t kMostMicros = std::int64_t{1} << 53;
// Containers may leave out what all frames begin with; samples that overlap are more.
constexpr std::size_t kMostBytesForByte = 2;

constexpr AVCodecID kTaken[] = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP8,
                                AV_CODEC_ID_VP9,  AV_CODEC_ID_AV1,  AV_CODEC_ID_MPEG4,
                                AV_CODEC_ID_MJPEG};

absl::Status Bad(VideoFormat format, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the ", NameOf(format), " video ", what));
}

// The bytes as a file of libavformat.
struct Memory {
  absl::string_view bytes;
  std::size_t at = 0;
};

int ReadMemory(void* opaque, std::uint8_t* buffer, int size) {
  auto* const memory = static_cast<Memory*>(opaque);
  const std::size_t left = memory->bytes.size() - memory->at;
  const std::size_t taken = std::min(left, static_cast<std::size_t>(std::max(size, 0)));
  if (taken == 0) return AVERROR_EOF;
  std::memcpy(buffer, memory->bytes.data() + memory->at, taken);
  memory->at += taken;
  return static_cast<int>(taken);
}

std::int64_t SeekMemory(void* opaque, std::int64_t offset, int whence) {
  auto* const memory = static_cast<Memory*>(opaque);
  const auto size = static_cast<std::int64_t>(memory->bytes.size());
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return size;
  std::int64_t base = 0;
  if (whence == SEEK_CUR) base = static_cast<std::int64_t>(memory->at);
  if (whence == SEEK_END) base = size;
  if (offset < -base || offset > size - base) return AVERROR(EINVAL);
  memory->at = static_cast<std::size_t>(base + offset);
  return base + offset;
}

int OpenNothing(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

// An open container. Not moved: libavformat holds pointers into it.
class Container {
 public:
  Container() = default;
  ~Container() {
    avformat_close_input(&context_);
    if (io_ != nullptr) av_freep(&io_->buffer);
    avio_context_free(&io_);
  }
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  // A code of libavformat.
  int Open(absl::string_view bytes, VideoFormat format) {
    memory_.bytes = bytes;
    constexpr int kBuffer = 1 << 16;
    auto* const buffer = static_cast<std::uint8_t*>(av_malloc(kBuffer));
    if (buffer == nullptr) return AVERROR(ENOMEM);
    io_ = avio_alloc_context(buffer, kBuffer, 0, &memory_, ReadMemory, nullptr, SeekMemory);
    if (io_ == nullptr) {
      av_free(buffer);
      return AVERROR(ENOMEM);
    }
    context_ = avformat_alloc_context();
    if (context_ == nullptr) return AVERROR(ENOMEM);
    context_->pb = io_;
    context_->flags |= AVFMT_FLAG_CUSTOM_IO;
    context_->io_open = OpenNothing;
    context_->max_streams = static_cast<int>(kMostStreams);
    const bool mp4 = format == VideoFormat::kMp4;
    AVDictionary* options = nullptr;
    const absl::Cleanup free_options = [&options] { av_dict_free(&options); };
    av_dict_set(&options, "format_whitelist", mp4 ? "mov" : "matroska", 0);
    av_dict_set(&options, "protocol_whitelist", "none", 0);
    return avformat_open_input(&context_, "", av_find_input_format(mp4 ? "mov" : "matroska"),
                               &options);
  }
  AVFormatContext& operator*() const { return *context_; }

 private:
  Memory memory_;
  AVIOContext* io_ = nullptr;
  AVFormatContext* context_ = nullptr;
};

absl::Status Unreadable(VideoFormat format, int code) {
  return Bad(format, code == AVERROR(ENOMEM) ? "takes more memory than it may" : "is damaged");
}

// The codec as the container names it.
std::string CodecName(const AVCodecParameters& parameters) {
  if (parameters.codec_id != AV_CODEC_ID_NONE) return avcodec_get_name(parameters.codec_id);
  std::string tag;
  for (int shift = 0; shift < 32; shift += 8) {
    const auto letter = static_cast<unsigned char>(parameters.codec_tag >> shift & 0xFF);
    if (absl::ascii_isgraph(letter)) tag.push_back(static_cast<char>(letter));
  }
  return tag.empty() ? "not named" : absl::StrCat("\"", tag, "\"");
}

absl::StatusOr<AVStream*> FindVideo(const AVFormatContext& context, VideoFormat format) {
  AVStream* found = nullptr;
  bool audio = false;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    AVStream* const stream = context.streams[i];
    const AVMediaType type = stream->codecpar->codec_type;
    audio = audio || type == AVMEDIA_TYPE_AUDIO;
    // A cover of a piece of music is no video.
    const bool video =
        type == AVMEDIA_TYPE_VIDEO && (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
    if (video && found == nullptr) {
      found = stream;
    } else {
      stream->discard = AVDISCARD_ALL;
    }
  }
  if (found != nullptr) return found;
  return Bad(format, audio ? "has no pictures, only audio" : "has no pictures");
}

absl::Status CheckDuration(VideoFormat format, std::int64_t micros, const VideoLimits& limits) {
  const absl::Duration duration = absl::Microseconds(micros);
  if (duration <= limits.max_duration) return absl::OkStatus();
  return Bad(
      format,
      absl::StrCat("is ", absl::FormatDuration(absl::Trunc(duration, absl::Seconds(1))),
                   " long; at most ", absl::FormatDuration(limits.max_duration), " are taken"));
}

absl::Status CheckClaims(const AVFormatContext& context, const AVStream& stream, VideoFormat format,
                         const VideoLimits& limits) {
  const AVCodecParameters& parameters = *stream.codecpar;
  if (std::find(std::begin(kTaken), std::end(kTaken), parameters.codec_id) == std::end(kTaken)) {
    return Bad(format, absl::StrCat("has a codec that is not taken, ", CodecName(parameters),
                                    "; send H.264, H.265, VP8, VP9, AV1, MPEG-4 or Motion JPEG"));
  }
  if (avcodec_find_decoder(parameters.codec_id) == nullptr) {
    return Bad(format,
               absl::StrCat("is ", CodecName(parameters), ", for which no decoder is installed"));
  }
  // Zero where the frames alone tell.
  const std::int64_t width = parameters.width, height = parameters.height;
  if (width > limits.max_side || height > limits.max_side || width * height > limits.max_pixels) {
    return Bad(format,
               absl::StrCat("has ", width, " x ", height, " pixels; at most ", limits.max_pixels,
                            " and ", limits.max_side, " a side are decoded"));
  }
  // What the whole file says counts only where the video itself does not: another track may be
  // longer, and FFmpeg 7 does not believe it either.
  std::int64_t claimed = 0;
  if (stream.duration != AV_NOPTS_VALUE) {
    claimed = ToMicros(stream.duration, stream.time_base);
  } else if (context.duration != AV_NOPTS_VALUE) {
    claimed = context.duration;
  }
  return CheckDuration(format, claimed, limits);
}

// Nine numbers of 32 bits; nullptr without.
const std::int32_t* DisplayMatrix(const AVStream& stream) {
  constexpr std::size_t kBytes = 9 * sizeof(std::int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  const AVCodecParameters& parameters = *stream.codecpar;
  const AVPacketSideData* const data = av_packet_side_data_get(
      parameters.coded_side_data, parameters.nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (data == nullptr || data->size < kBytes) return nullptr;
  return reinterpret_cast<const std::int32_t*>(data->data);
#else
  std::size_t size = 0;
  const std::uint8_t* const data =
      av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (data == nullptr || size < kBytes) return nullptr;
  return reinterpret_cast<const std::int32_t*>(data);
#endif
}

// The quarter turns and flips in it; anything between is not turned.
Turn TurnOf(const AVStream& stream) {
  const std::int32_t* const matrix = DisplayMatrix(stream);
  if (matrix == nullptr) return {};
  const std::int32_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  if (b == 0 && c == 0) return {.transpose = false, .flip_x = a < 0, .flip_y = d < 0};
  if (a == 0 && d == 0) return {.transpose = true, .flip_x = c < 0, .flip_y = b < 0};
  return {};
}

// All packets of the video, with the container's times.
absl::Status ReadPackets(AVFormatContext& context, const AVStream& stream, VideoFormat format,
                         std::size_t most_bytes, VideoPackets& video) {
  std::size_t bytes = 0;
  std::int64_t last = 0;
  while (true) {
    std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
    if (packet == nullptr) return Unreadable(format, AVERROR(ENOMEM));
    const int read = av_read_frame(&context, packet.get());
    if (read == AVERROR(ENOMEM)) return Unreadable(format, read);
    if (read < 0) break;  // what came before a damaged place is a video still
    if (packet->stream_index != stream.index) continue;
    bytes += static_cast<std::size_t>(std::max(packet->size, 0));
    if (bytes > most_bytes) return Bad(format, "is damaged: its frames are more than its bytes");
    if (video.packets.size() == kMostPackets) {
      return Bad(format, absl::StrCat("has more than ", kMostPackets, " frames"));
    }
    std::int64_t time = packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (time == AV_NOPTS_VALUE) packet->pts = time = last;
    last = time;
    const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    const std::int64_t micros = ToMicros(time, stream.time_base);
    video.packets.push_back({.packet = std::move(packet), .time_us = micros, .key = key});
  }
  return video.packets.empty() ? Bad(format, "has no frames") : absl::OkStatus();
}

// Times from the beginning, and how long all of it is. A last frame that does not say how long it
// is shown is shown as long as the others are on average.
void CountFromBeginning(VideoPackets& video) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  std::int64_t shown = 0, count = 0;
  for (const TimedPacket& timed : video.packets) {
    if ((timed.packet->flags & AV_PKT_FLAG_DISCARD) != 0) continue;
    ++count;
    first = std::min(first, timed.time_us);
    if (timed.time_us < last) continue;
    last = timed.time_us;
    shown = ToMicros(timed.packet->duration, video.time_base);
  }
  if (count == 0) first = last = video.packets.front().time_us;
  if (shown <= 0 && count > 1) shown = (last - first) / (count - 1);
  video.start_us = first;
  video.duration_us = std::max<std::int64_t>(1, last - first + shown);
  for (TimedPacket& timed : video.packets) timed.time_us -= first;
}

}  // namespace

std::int64_t ToMicros(std::int64_t time, AVRational time_base) {
  return std::clamp(av_rescale_q(time, time_base, {1, AV_TIME_BASE}), -kMostMicros, kMostMicros);
}

absl::StatusOr<VideoPackets> ReadVideoPackets(absl::string_view bytes, VideoFormat format,
                                              const VideoLimits& limits) {
  Container container;
  if (const int opened = container.Open(bytes, format); opened < 0) {
    return Unreadable(format, opened);
  }
  CLIENTELE_ASSIGN_OR_RETURN(AVStream * stream, FindVideo(*container, format));
  CLIENTELE_RETURN_IF_ERROR(CheckClaims(*container, *stream, format, limits));
  VideoPackets video;
  video.time_base = stream->time_base;
  video.turn = TurnOf(*stream);
  CLIENTELE_RETURN_IF_ERROR(
      ReadPackets(*container, *stream, format, kMostBytesForByte * bytes.size(), video));
  video.parameters.reset(avcodec_parameters_alloc());
  if (video.parameters == nullptr ||
      avcodec_parameters_copy(video.parameters.get(), stream->codecpar) < 0) {
    return Unreadable(format, AVERROR(ENOMEM));
  }
  CountFromBeginning(video);
  CLIENTELE_RETURN_IF_ERROR(CheckDuration(format, video.duration_us, limits));
  return video;
}

}  // namespace clientele::media::internal
