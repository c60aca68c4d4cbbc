#include "common/media/decoder_process.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/media/confinement.h"
#include "common/media/decoder_messages.h"
#include "common/media/picture.h"
#include "common/media/video_decoder.h"
#include "common/status/status_macros.h"

namespace clientele::media {
namespace {

using internal::DecodeAnswer;
using internal::DecodeRequest;

bool WriteAll(int socket, const void* data, std::size_t size) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = send(socket, next, size, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    next += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Until the other side has sent everything. False for more than `max_bytes`.
bool ReadAll(int socket, std::size_t max_bytes, std::string& bytes) {
  constexpr std::size_t kStep = std::size_t{1} << 18;
  std::size_t filled = 0;
  while (filled <= max_bytes) {
    bytes.resize(filled + kStep);
    const ssize_t got = read(socket, bytes.data() + filled, kStep);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    filled += static_cast<std::size_t>(got);
    if (got > 0) continue;
    bytes.resize(filled);
    return filled <= max_bytes;
  }
  return false;
}

void SendError(int socket, const absl::Status& status) {
  const absl::string_view message = status.message().substr(0, internal::kMaxErrorBytes);
  const DecodeAnswer answer{.code = status.raw_code(),
                            .payload_bytes = static_cast<std::int64_t>(message.size())};
  if (WriteAll(socket, &answer, sizeof(answer))) WriteAll(socket, message.data(), message.size());
}

// The picture with at most `side` pixels a side.
Picture Reduced(Picture picture, std::int64_t side) {
  const std::int64_t longest = std::max(picture.width, picture.height);
  if (longest <= side) return picture;
  const auto scaled = [&](std::int64_t length) {
    return std::max<std::int64_t>(1, (length * side + longest / 2) / longest);
  };
  return FitPicture(picture, scaled(picture.width), scaled(picture.height), Fit::kStretch);
}

absl::Status DecodeAsPicture(int socket, const DecodeRequest& request, absl::string_view bytes) {
  const PictureLimits limits{.max_bytes = static_cast<std::size_t>(request.max_bytes),
                             .max_side = request.max_side,
                             .max_pixels = request.max_pixels,
                             .max_scans = static_cast<int>(request.max_scans)};
  CLIENTELE_ASSIGN_OR_RETURN(Picture picture, DecodePicture(bytes, limits));
  DecodeAnswer answer{.original_width = picture.width, .original_height = picture.height};
  picture = Reduced(std::move(picture), request.output_side);
  answer.width = picture.width;
  answer.height = picture.height;
  answer.payload_bytes = static_cast<std::int64_t>(picture.rgb.size());
  if (WriteAll(socket, &answer, sizeof(answer))) {
    WriteAll(socket, picture.rgb.data(), picture.rgb.size());
  }
  return absl::OkStatus();
}

absl::Status DecodeAsVideo(int socket, const DecodeRequest& request, absl::string_view bytes) {
  const VideoLimits limits{.max_bytes = static_cast<std::size_t>(request.max_bytes),
                           .max_side = request.max_side,
                           .max_pixels = request.max_pixels,
                           .max_duration = absl::Microseconds(request.max_duration_us)};
  const FrameRange range{.first = static_cast<int>(request.first_frame),
                         .count = static_cast<int>(request.frame_count),
                         .pixels = request.pixels != 0};
  CLIENTELE_ASSIGN_OR_RETURN(const Video video,
                             DecodeVideo(bytes, limits, range, request.output_side));
  std::vector<std::int64_t> offsets;
  DecodeAnswer answer{.original_width = video.original_width,
                      .original_height = video.original_height,
                      .width = video.width,
                      .height = video.height,
                      .duration_us = absl::ToInt64Microseconds(video.duration),
                      .frame_count = static_cast<std::int64_t>(video.frames.size())};
  for (const VideoFrame& frame : video.frames) {
    offsets.push_back(absl::ToInt64Microseconds(frame.offset));
    answer.payload_bytes += static_cast<std::int64_t>(sizeof(std::int64_t) + frame.rgb.size());
  }
  bool written = WriteAll(socket, &answer, sizeof(answer)) &&
                 WriteAll(socket, offsets.data(), offsets.size() * sizeof(std::int64_t));
  for (const VideoFrame& frame : video.frames) {
    written = written && WriteAll(socket, frame.rgb.data(), frame.rgb.size());
  }
  return absl::OkStatus();
}

absl::Status Decode(int socket, const DecodeRequest& request) {
  CLIENTELE_RETURN_IF_ERROR(Confine({.memory_bytes = static_cast<std::size_t>(request.memory_bytes),
                                     .seconds = static_cast<unsigned>(request.seconds)}));
  std::string bytes;
  if (!ReadAll(socket, static_cast<std::size_t>(request.max_bytes), bytes)) {
    return absl::InternalError("the picture did not reach the process that decodes it");
  }
  return request.is_video != 0 ? DecodeAsVideo(socket, request, bytes)
                               : DecodeAsPicture(socket, request, bytes);
}

// The next request and its socket. False when there will be none.
bool Receive(int control, DecodeRequest& request, int& socket) {
  iovec data{&request, sizeof(request)};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = space;
  message.msg_controllen = sizeof(space);
  ssize_t got = 0;
  do {
    got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (got != static_cast<ssize_t>(sizeof(request)) || header == nullptr ||
      header->cmsg_type != SCM_RIGHTS) {
    return false;
  }
  std::memcpy(&socket, CMSG_DATA(header), sizeof(socket));
  return true;
}

}  // namespace

int ServePictures(int control) {
  DecodeOnOneThread();
  PrepareVideoDecoding();
  signal(SIGCHLD, SIG_IGN);  // nobody waits for the children
  DecodeRequest request;
  int socket = -1;
  while (Receive(control, request, socket)) {
    const pid_t child = fork();
    if (child == 0) {
      close(control);
      if (!WriteAll(socket, &internal::kBegun, 1)) _exit(0);
      const absl::Status decoded = Decode(socket, request);
      if (!decoded.ok()) SendError(socket, decoded);
      _exit(0);
    }
    if (child < 0 && WriteAll(socket, &internal::kBegun, 1)) {
      SendError(socket, absl::UnavailableError("no process to decode a picture in could be made"));
    }
    close(socket);
  }
  return 0;
}

}  // namespace clientele::media
