#ifndef CLIENTELE_COMMON_MEDIA_VIDEO_DECODER_H_
#define CLIENTELE_COMMON_MEDIA_VIDEO_DECODER_H_

// Decodes short videos of outside origin: MP4, QuickTime and WebM with pictures of H.264, H.265,
// VP8, VP9, AV1, MPEG-4 part 2 or Motion JPEG.
//
//   PrepareVideoDecoding();   // then Confine(): nothing is loaded or opened from here on
//   CLIENTELE_ASSIGN_OR_RETURN(const Video video, DecodeVideo(bytes, {}, {}, 1600));
//
// For a process of one thread, which has nothing to lose (decoder_process.h). Of the libraries of
// FFmpeg nothing is used but the two demuxers, the decoders above and the scaler: no protocol, no
// thread, no file.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/media/video.h"
#include "common/media/video_header.h"

namespace clientele::media {

// Has the libraries make their tables.
void PrepareVideoDecoding();

// INVALID_ARGUMENT names what was found: no video, an unknown codec, no frames, none that can be
// decoded, times or sizes past a limit. What a video claims is checked before anything of it is
// decoded. Frames have at most `output_side` pixels a side.
absl::StatusOr<Video> DecodeVideo(absl::string_view bytes, const VideoLimits& limits,
                                  const FrameRange& range, std::int64_t output_side);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_VIDEO_DECODER_H_
