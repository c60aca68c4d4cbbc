#include "common/media/isolated_decoder.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/media/decoder_messages.h"
#include "common/status/status_macros.h"

namespace clientele::media {
namespace {

using internal::DecodeAnswer;
using internal::DecodeRequest;

constexpr char kProgram[] = "picture-decoder";

absl::Status LateError() {
  return absl::DeadlineExceededError("the picture was not decoded in time");
}

// Milliseconds until then, for poll().
int Remaining(absl::Time deadline) {
  const absl::Duration left = absl::Ceil(deadline - absl::Now(), absl::Milliseconds(1));
  return static_cast<int>(std::clamp<std::int64_t>(absl::ToInt64Milliseconds(left), 0, 60'000));
}

// Sends `bytes` and reads what comes back until the other side has closed, or more came than
// `max_answer`.
absl::Status Exchange(int socket, absl::string_view bytes, std::size_t max_answer,
                      absl::Time deadline, std::string& answer) {
  constexpr std::size_t kStep = std::size_t{1} << 18;
  std::size_t filled = 0;
  bool sending = true;
  while (filled <= max_answer) {
    pollfd ready{socket, static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), 0};
    const int left = Remaining(deadline);
    if (left == 0) return LateError();
    if (poll(&ready, 1, left) < 0 && errno != EINTR) {
      return absl::UnavailableError("the process that decodes pictures is out of reach");
    }
    if (sending && (ready.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
      const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      // A process that does not read on has an answer, or is gone.
      const bool refused = sent < 0 && errno != EAGAIN && errno != EINTR;
      if (refused || bytes.empty()) {
        shutdown(socket, SHUT_WR);
        sending = false;
      }
    }
    if ((ready.revents & (POLLIN | POLLERR | POLLHUP)) == 0) continue;
    answer.resize(filled + kStep);
    const ssize_t got = recv(socket, answer.data() + filled, kStep, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  answer.resize(filled);
  return absl::OkStatus();
}

// Takes the answer's head off `bytes`: its error, or nullopt for an answer that is not whole.
absl::StatusOr<std::optional<DecodeAnswer>> TakeHead(absl::string_view& bytes,
                                                     std::int64_t output_side) {
  DecodeAnswer answer;
  if (bytes.size() < sizeof(answer)) return std::nullopt;
  std::memcpy(&answer, bytes.data(), sizeof(answer));
  bytes.remove_prefix(sizeof(answer));
  if (static_cast<std::int64_t>(bytes.size()) != answer.payload_bytes) return std::nullopt;
  if (answer.code != 0) {
    return absl::Status(static_cast<absl::StatusCode>(answer.code), bytes);
  }
  const bool fits = answer.width >= 1 && answer.height >= 1 && answer.width <= output_side &&
                    answer.height <= output_side && answer.original_width >= answer.width &&
                    answer.original_height >= answer.height;
  if (!fits) return std::nullopt;
  return answer;
}

absl::StatusOr<std::optional<DecodedPicture>> ReadPicture(absl::string_view bytes,
                                                          std::int64_t output_side) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto answer, TakeHead(bytes, output_side));
  if (!answer || answer->payload_bytes != 3 * answer->width * answer->height) return std::nullopt;
  return DecodedPicture{.original_width = answer->original_width,
                        .original_height = answer->original_height,
                        .width = answer->width,
                        .height = answer->height,
                        .rgb = {bytes.begin(), bytes.end()}};
}

absl::StatusOr<std::optional<Video>> ReadVideo(absl::string_view bytes, std::int64_t output_side,
                                               const FrameRange& range) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto answer, TakeHead(bytes, output_side));
  if (!answer || answer->frame_count < 0 || answer->frame_count > range.count ||
      answer->duration_us < 0) {
    return std::nullopt;
  }
  const std::int64_t pixels = range.pixels ? 3 * answer->width * answer->height : 0;
  constexpr auto kOffset = static_cast<std::int64_t>(sizeof(std::int64_t));
  if (answer->payload_bytes != answer->frame_count * (kOffset + pixels)) return std::nullopt;
  Video video{.original_width = answer->original_width,
              .original_height = answer->original_height,
              .width = answer->width,
              .height = answer->height,
              .duration = absl::Microseconds(answer->duration_us)};
  video.frames.resize(static_cast<std::size_t>(answer->frame_count));
  for (VideoFrame& frame : video.frames) {
    std::int64_t offset_us = 0;
    std::memcpy(&offset_us, bytes.data(), sizeof(offset_us));
    bytes.remove_prefix(sizeof(offset_us));
    frame.offset = absl::Microseconds(offset_us);
  }
  for (VideoFrame& frame : video.frames) {
    const auto size = static_cast<std::size_t>(pixels);
    frame.rgb.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    bytes.remove_prefix(size);
  }
  return video;
}

absl::Status TooMuch(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("decoding the ", what, " took more memory or time than it may, or crashed"));
}

// What is wrong with a picture is wrong with the call: nothing is exhausted that another try finds.
absl::Status AboutThePicture(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) return absl::InvalidArgumentError(status.message());
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<IsolatedDecoder>> IsolatedDecoder::Create(Options options) {
  std::error_code error;
  if (options.program.empty()) {
    options.program =
        std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / kProgram;
  }
  if (access(options.program.c_str(), X_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("the program ", kProgram,
                                            " is not beside this one; pictures are decoded in it"));
  }
  return std::unique_ptr<IsolatedDecoder>(new IsolatedDecoder(std::move(options)));
}

IsolatedDecoder::~IsolatedDecoder() {
  std::lock_guard lock(mutex_);
  EndProgramLocked();
}

absl::Status IsolatedDecoder::StartProgramLocked() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::UnavailableError("no socket for decoding pictures could be made");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  // The signals that this process blocks are not the program's business.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  char name[] = "picture-decoder";
  char* const arguments[] = {name, nullptr};
  char* const environment[] = {nullptr};
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, options_.program.c_str(), &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return absl::UnavailableError("the program that decodes pictures could not be started");
  }
  control_ = ends[0];
  pid_ = pid;
  return absl::OkStatus();
}

void IsolatedDecoder::EndProgramLocked() {
  if (control_ >= 0) close(control_);
  control_ = -1;
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

bool IsolatedDecoder::SendLocked(int socket, const DecodeRequest& request) {
  iovec data{const_cast<DecodeRequest*>(&request), sizeof(request)};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = space;
  message.msg_controllen = sizeof(space);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &socket, sizeof(socket));
  ssize_t sent = 0;
  do {
    sent = sendmsg(control_, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof(request));
}

absl::StatusOr<IsolatedDecoder::Started> IsolatedDecoder::Begin(const DecodeRequest& request) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::UnavailableError("no socket for decoding a picture could be made");
  }
  const absl::Cleanup close_theirs = [&ends] { close(ends[1]); };
  absl::Cleanup close_ours = [&ends] { close(ends[0]); };
  std::lock_guard lock(mutex_);
  if (control_ < 0) CLIENTELE_RETURN_IF_ERROR(StartProgramLocked());
  Started started{ends[0], pid_};
  if (!SendLocked(ends[1], request)) EndProgramLocked();
  std::move(close_ours).Cancel();
  return started;
}

int IsolatedDecoder::program_pid() {
  std::lock_guard lock(mutex_);
  return pid_;
}

bool IsolatedDecoder::HasDied(int program) {
  std::lock_guard lock(mutex_);
  if (pid_ != program) return true;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return false;
  pid_ = -1;
  EndProgramLocked();
  return true;
}

absl::StatusOr<std::string> IsolatedDecoder::Ask(absl::string_view bytes,
                                                 const DecodeRequest& request,
                                                 std::size_t most_bytes, absl::Time deadline) {
  CLIENTELE_ASSIGN_OR_RETURN(const Started started, Begin(request));
  const absl::Cleanup close_ours = [&started] { close(started.socket); };
  std::string answer;
  CLIENTELE_RETURN_IF_ERROR(Exchange(started.socket, bytes, most_bytes, deadline, answer));
  const bool whole = answer.size() > sizeof(DecodeAnswer);
  if (!whole && (answer.empty() || HasDied(started.program))) {
    // One that was told to end may take a moment to.
    if (answer.empty()) {
      std::lock_guard lock(mutex_);
      if (pid_ == started.program) EndProgramLocked();
    }
    return std::string();
  }
  return answer;
}

absl::StatusOr<std::string> IsolatedDecoder::Answer(absl::string_view bytes, DecodeRequest request,
                                                    absl::Duration time, std::size_t most_bytes,
                                                    absl::Duration patience) {
  const absl::Time deadline =
      absl::Now() + std::clamp(patience, absl::ZeroDuration(), absl::Hours(1));
  {
    std::unique_lock lock(mutex_);
    const bool free = place_free_.wait_until(lock, absl::ToChronoTime(deadline),
                                             [this] { return busy_ < options_.processes; });
    if (!free) return LateError();
    ++busy_;
  }
  const absl::Cleanup leave = [this] {
    std::lock_guard lock(mutex_);
    --busy_;
    place_free_.notify_one();
  };
  request.output_side = options_.output_side;
  std::string answer;
  for (int attempt = 0; attempt < 2 && answer.empty(); ++attempt) {
    const absl::Duration left = std::min(deadline - absl::Now(), time);
    request.seconds =
        std::max<std::int64_t>(1, absl::ToInt64Seconds(absl::Ceil(left, absl::Seconds(1))));
    CLIENTELE_ASSIGN_OR_RETURN(
        answer, Ask(bytes, request, 1 + sizeof(DecodeAnswer) + most_bytes, deadline));
  }
  if (answer.empty()) {
    return absl::UnavailableError("the program that decodes pictures does not stay alive");
  }
  answer.erase(0, 1);  // kBegun
  return answer;
}

absl::StatusOr<DecodedPicture> IsolatedDecoder::Decode(absl::string_view bytes,
                                                       absl::Duration patience) {
  const absl::StatusOr<PictureHeader> header = CheckPicture(bytes, options_.limits);
  if (!header.ok()) return AboutThePicture(header.status());
  const DecodeRequest request{.max_bytes = static_cast<std::int64_t>(options_.limits.max_bytes),
                              .max_side = options_.limits.max_side,
                              .max_pixels = options_.limits.max_pixels,
                              .max_scans = options_.limits.max_scans,
                              .memory_bytes = static_cast<std::int64_t>(options_.memory_bytes)};
  const auto side = static_cast<std::size_t>(options_.output_side);
  CLIENTELE_ASSIGN_OR_RETURN(const std::string answer,
                             Answer(bytes, request, options_.time, 3 * side * side, patience));
  absl::StatusOr<std::optional<DecodedPicture>> picture = ReadPicture(answer, options_.output_side);
  if (!picture.ok()) return AboutThePicture(picture.status());
  if (!*picture) {
    return TooMuch(absl::StrCat(NameOf(header->format), " picture of ", header->width, " x ",
                                header->height, " pixels"));
  }
  (*picture)->format = header->format;
  return **std::move(picture);
}

absl::StatusOr<DecodedVideo> IsolatedDecoder::DecodeVideo(absl::string_view bytes,
                                                          const FrameRange& range,
                                                          absl::Duration patience) {
  const VideoLimits& limits = options_.video_limits;
  CLIENTELE_ASSIGN_OR_RETURN(const VideoFormat format, CheckVideo(bytes, limits));
  const DecodeRequest request{
      .max_bytes = static_cast<std::int64_t>(limits.max_bytes),
      .max_side = limits.max_side,
      .max_pixels = limits.max_pixels,
      .memory_bytes = static_cast<std::int64_t>(options_.video_memory_bytes),
      .is_video = 1,
      .max_duration_us = absl::ToInt64Microseconds(limits.max_duration),
      .first_frame = range.first,
      .frame_count = range.count,
      .pixels = range.pixels ? 1 : 0};
  const auto side = static_cast<std::size_t>(options_.output_side);
  const std::size_t frame_bytes = sizeof(std::int64_t) + (range.pixels ? 3 * side * side : 0);
  const std::size_t most_bytes = std::max<std::size_t>(
      internal::kMaxErrorBytes, frame_bytes * static_cast<std::size_t>(std::max(range.count, 0)));
  CLIENTELE_ASSIGN_OR_RETURN(const std::string answer,
                             Answer(bytes, request, options_.video_time, most_bytes, patience));
  CLIENTELE_ASSIGN_OR_RETURN(std::optional<Video> video,
                             ReadVideo(answer, options_.output_side, range));
  if (!video) return TooMuch(absl::StrCat(NameOf(format), " video"));
  return DecodedVideo{.format = format, .video = *std::move(video)};
}

}  // namespace clientele::media
