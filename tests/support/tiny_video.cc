#include "tests/support/tiny_video.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
}

namespace clientele::testing {
namespace {

void Require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("tiny_video: ") + what);
}

struct File {
  std::string bytes;
  std::size_t at = 0;
};

#if LIBAVFORMAT_VERSION_MAJOR >= 61
using Written = const std::uint8_t*;
#else
using Written = std::uint8_t*;
#endif

int WriteFile(void* opaque, Written data, int size) {
  auto* const file = static_cast<File*>(opaque);
  const auto count = static_cast<std::size_t>(size);
  file->bytes.resize(std::max(file->bytes.size(), file->at + count));
  std::memcpy(file->bytes.data() + file->at, data, count);
  file->at += count;
  return size;
}

std::int64_t SeekFile(void* opaque, std::int64_t offset, int whence) {
  auto* const file = static_cast<File*>(opaque);
  if (whence == AVSEEK_SIZE) return static_cast<std::int64_t>(file->bytes.size());
  if (whence == SEEK_CUR) offset += static_cast<std::int64_t>(file->at);
  if (whence == SEEK_END) offset += static_cast<std::int64_t>(file->bytes.size());
  file->at = static_cast<std::size_t>(offset);
  return offset;
}

void Fill(AVFrame& frame, const Color& upper, const Color& lower) {
  const auto plane = [&](int index, int height, auto value) {
    for (int y = 0; y < height; ++y) {
      const Color& color = 2 * y < height ? upper : lower;
      std::memset(frame.data[index] + std::ptrdiff_t{frame.linesize[index]} * y,
                  static_cast<int>(value(color)),
                  static_cast<std::size_t>(index == 0 ? frame.width : (frame.width + 1) / 2));
    }
  };
  // ITU-R BT.601; of the full range where JPEG asks for it.
  const bool full = frame.format == AV_PIX_FMT_YUVJ420P;
  const double luma = full ? 1 : 219.0 / 255, chroma = full ? 1 : 224.0 / 255;
  plane(0, frame.height, [&](const Color& c) {
    return (full ? 0 : 16) + luma * (0.299 * c.red + 0.587 * c.green + 0.114 * c.blue);
  });
  plane(1, (frame.height + 1) / 2, [&](const Color& c) {
    return 128 + chroma * (-0.169 * c.red - 0.331 * c.green + 0.5 * c.blue);
  });
  plane(2, (frame.height + 1) / 2, [&](const Color& c) {
    return 128 + chroma * (0.5 * c.red - 0.419 * c.green - 0.081 * c.blue);
  });
}

void SetTurn(AVStream& stream, int quarter_turns) {
  if (quarter_turns == 0) return;
  constexpr std::size_t kBytes = 9 * sizeof(std::int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  AVCodecParameters& parameters = *stream.codecpar;
  std::uint8_t* const data =
      av_packet_side_data_new(&parameters.coded_side_data, &parameters.nb_coded_side_data,
                              AV_PKT_DATA_DISPLAYMATRIX, kBytes, 0)
          ->data;
#else
  std::uint8_t* const data = av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, kBytes);
#endif
  av_display_rotation_set(reinterpret_cast<std::int32_t*>(data), 90.0 * quarter_turns);
}

class Writer {
 public:
  explicit Writer(const TinyVideo& video) : video_(video) {
    av_log_set_level(AV_LOG_QUIET);
    Require(
        avformat_alloc_output_context2(&context_, nullptr, video.container.c_str(), nullptr) >= 0,
        "no such container");
    constexpr int kBuffer = 1 << 12;
    io_ = avio_alloc_context(static_cast<std::uint8_t*>(av_malloc(kBuffer)), kBuffer, 1, &file_,
                             nullptr, WriteFile, SeekFile);
    context_->pb = io_;
    codec_ = avcodec_find_encoder_by_name(video.encoder.c_str());
    Require(codec_ != nullptr, "no such encoder");
    stream_ = avformat_new_stream(context_, nullptr);
    Require(stream_ != nullptr, "no stream");
    stream_->time_base = {1, 1000};
  }
  ~Writer() {
    avcodec_free_context(&encoder_);
    avformat_free_context(context_);
    av_freep(&io_->buffer);
    avio_context_free(&io_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  std::string Write() {
    if (codec_->type == AVMEDIA_TYPE_AUDIO) {
      WriteNoise();
    } else {
      WriteFrames();
    }
    Require(av_write_trailer(context_) >= 0, "no end");
    avio_flush(io_);
    return std::move(file_.bytes);
  }

 private:
  void WriteNoise() {
    AVCodecParameters& parameters = *stream_->codecpar;
    parameters.codec_type = AVMEDIA_TYPE_AUDIO;
    parameters.codec_id = codec_->id;
    parameters.sample_rate = 8000;
    parameters.frame_size = 1024;
    av_channel_layout_default(&parameters.ch_layout, 1);
    parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(64));
    parameters.extradata_size = 2;
    std::memcpy(parameters.extradata, "\x15\x88", 2);
    Require(avformat_write_header(context_, nullptr) >= 0, "no header");
    for (std::int64_t i = 0; i < 20; ++i) {
      AVPacket* packet = av_packet_alloc();
      Require(av_new_packet(packet, 40) == 0, "no packet");
      std::memset(packet->data, 0x21, 40);
      packet->pts = packet->dts = av_rescale_q(i * 128, {1, 1000}, stream_->time_base);
      packet->duration = av_rescale_q(128, {1, 1000}, stream_->time_base);
      packet->flags = AV_PKT_FLAG_KEY;
      Require(av_interleaved_write_frame(context_, packet) >= 0, "no sound");
      av_packet_free(&packet);
    }
  }

  void WriteFrames() {
    encoder_ = avcodec_alloc_context3(codec_);
    encoder_->width = video_.width;
    encoder_->height = video_.height;
    encoder_->pix_fmt = codec_->id == AV_CODEC_ID_MJPEG ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
    encoder_->time_base = {1, 1000};
    encoder_->framerate = {10, 1};
    encoder_->bit_rate = 400'000;
    encoder_->gop_size = video_.key_interval;
    encoder_->max_b_frames = codec_->id == AV_CODEC_ID_H264 ? 2 : 0;
    encoder_->thread_count = 1;
    if ((context_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    // Of the slow ones: as fast as they can.
    av_opt_set(encoder_->priv_data, "preset", "ultrafast", 0);
    av_opt_set(encoder_->priv_data, "cpu-used", "8", 0);
    av_opt_set(encoder_->priv_data, "x265-params", "log-level=none:pools=none", 0);
    if (codec_->id == AV_CODEC_ID_H264) av_opt_set(encoder_->priv_data, "bf", "2", 0);
    Require(avcodec_open2(encoder_, codec_, nullptr) >= 0, "the encoder does not open");
    Require(avcodec_parameters_from_context(stream_->codecpar, encoder_) >= 0, "no parameters");
    SetTurn(*stream_, video_.quarter_turns);
    Require(avformat_write_header(context_, nullptr) >= 0, "no header");
    AVFrame* frame = av_frame_alloc();
    frame->format = encoder_->pix_fmt;
    frame->width = video_.width;
    frame->height = video_.height;
    const std::int64_t interval = absl::ToInt64Milliseconds(video_.frame_interval);
    const auto length = static_cast<std::int64_t>(video_.colors.size()) * 1000;
    for (std::int64_t time = 0; time < length; time += interval) {
      Require(av_frame_get_buffer(frame, 0) == 0, "no frame");
      const auto second = static_cast<std::size_t>(time / 1000);
      const Color& lower = video_.colors[second];
      Fill(*frame, second < video_.upper.size() ? video_.upper[second] : lower, lower);
      frame->pts = time;
      Send(frame, interval);
      av_frame_unref(frame);
      frame->format = encoder_->pix_fmt;
      frame->width = video_.width;
      frame->height = video_.height;
    }
    av_frame_free(&frame);
    Send(nullptr, interval);
  }

  void Send(AVFrame* frame, std::int64_t interval) {
    Require(avcodec_send_frame(encoder_, frame) >= 0, "a frame is refused");
    AVPacket* packet = av_packet_alloc();
    while (avcodec_receive_packet(encoder_, packet) >= 0) {
      packet->duration = interval;
      av_packet_rescale_ts(packet, encoder_->time_base, stream_->time_base);
      Require(av_interleaved_write_frame(context_, packet) >= 0, "a frame is not written");
    }
    av_packet_free(&packet);
  }

  const TinyVideo& video_;
  File file_;
  AVFormatContext* context_ = nullptr;
  AVIOContext* io_ = nullptr;
  const AVCodec* codec_ = nullptr;
  AVStream* stream_ = nullptr;
  AVCodecContext* encoder_ = nullptr;
};

}  // namespace

std::string EncodeVideo(const TinyVideo& video) { return Writer(video).Write(); }

}  // namespace clientele::testing
