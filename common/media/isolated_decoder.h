#ifndef CLIENTELE_COMMON_MEDIA_ISOLATED_DECODER_H_
#define CLIENTELE_COMMON_MEDIA_ISOLATED_DECODER_H_

// Decodes pictures and short videos of outside origin in other processes, which have nothing but
// the picture: no environment, no descriptors of this process, no files, no network, bounded memory
// and time. What a decoder's fault can cost is that picture.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto decoder, IsolatedDecoder::Create({}));
//   if (VideoFormatOf(bytes)) {   // its frames, some at a time, so that few are in memory
//     CLIENTELE_ASSIGN_OR_RETURN(
//         DecodedVideo video, decoder->DecodeVideo(bytes, {.first = 0, .count = 8}, patience));
//   } else {
//     CLIENTELE_ASSIGN_OR_RETURN(DecodedPicture picture, decoder->Decode(bytes, patience));
//   }
//
// The program picture-decoder is started once; it forks a process for each picture. Starting the
// program for each would cost 100 ms of processor time, which is the loading of its libraries; a
// fork and its answer take 9 ms on two busy cores. A program that has died is started again.
//
// Thread-safe. Neither OpenCV nor FFmpeg here.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/media/picture_header.h"
#include "common/media/video.h"
#include "common/media/video_header.h"

namespace clientele::media {

namespace internal {
struct DecodeRequest;
}

struct DecodedPicture {
  PictureFormat format = PictureFormat::kJpeg;
  // As it is shown: turned as the camera noted.
  std::int64_t original_width = 0;
  std::int64_t original_height = 0;
  // Of `rgb`: the same, or in the same proportions with at most
  // IsolatedDecoder::Options::output_side pixels a side.
  std::int64_t width = 0;
  std::int64_t height = 0;
  // Red, green, blue; row by row from the top.
  std::vector<std::uint8_t> rgb = {};
};

struct DecodedVideo {
  VideoFormat format = VideoFormat::kMp4;
  Video video = {};
};

class IsolatedDecoder {
 public:
  struct Options {
    // Empty: picture-decoder beside this process's own program.
    std::filesystem::path program = {};
    PictureLimits limits = {};
    // What is larger is scaled down; at least 1.
    std::int64_t output_side = 1600;
    // Of one picture, beside what the program itself maps.
    std::size_t memory_bytes = std::size_t{1} << 30;
    // Whole seconds of one picture, of time and of processor time, rounded up.
    absl::Duration time = absl::Seconds(10);
    VideoLimits video_limits = {};
    // The same of a call of DecodeVideo().
    std::size_t video_memory_bytes = std::size_t{1} << 30;
    absl::Duration video_time = absl::Seconds(30);
    // Pictures and videos decoded at a time; at least 1. Others wait.
    std::size_t processes = 2;
  };

  // NOT_FOUND without the program.
  static absl::StatusOr<std::unique_ptr<IsolatedDecoder>> Create(Options options);
  // Ends the program and what it decodes.
  ~IsolatedDecoder();
  IsolatedDecoder(const IsolatedDecoder&) = delete;
  IsolatedDecoder& operator=(const IsolatedDecoder&) = delete;

  // Blocks, at most for `patience`: then DEADLINE_EXCEEDED. INVALID_ARGUMENT says what is wrong
  // with the picture: that it is none, is damaged, passes a limit, or took its decoder down.
  // UNAVAILABLE when the processes cannot be had.
  absl::StatusOr<DecodedPicture> Decode(absl::string_view bytes, absl::Duration patience);

  // The frames of `range`. The same errors; a video of which no frame can be decoded is one where
  // the range begins with it.
  absl::StatusOr<DecodedVideo> DecodeVideo(absl::string_view bytes, const FrameRange& range,
                                           absl::Duration patience);

  const PictureLimits& limits() const { return options_.limits; }
  // Of the program; -1 while it is not running.
  int program_pid();

 private:
  explicit IsolatedDecoder(Options options) : options_(std::move(options)) {}

  // A new process, which awaits the bytes.
  struct Started {
    int socket = -1;   // the caller closes it
    int program = -1;  // whose process it is
  };
  absl::StatusOr<Started> Begin(const internal::DecodeRequest& request);
  // What a new process sends back, at most `most_bytes`; empty when it died with its program.
  absl::StatusOr<std::string> Ask(absl::string_view bytes, const internal::DecodeRequest& request,
                                  std::size_t most_bytes, absl::Time deadline);
  // The same of a process that has its turn, tried twice; `time` is what it may take.
  absl::StatusOr<std::string> Answer(absl::string_view bytes, internal::DecodeRequest request,
                                     absl::Duration time, std::size_t most_bytes,
                                     absl::Duration patience);
  absl::Status StartProgramLocked();
  void EndProgramLocked();
  bool SendLocked(int socket, const internal::DecodeRequest& request);
  // Whether the program has died; it is started again with the next picture.
  bool HasDied(int program);

  const Options options_;
  std::mutex mutex_;
  std::condition_variable place_free_;
  std::size_t busy_ = 0;
  int control_ = -1;
  int pid_ = -1;
};

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_ISOLATED_DECODER_H_
