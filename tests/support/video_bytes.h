#ifndef CLIENTELE_TESTS_SUPPORT_VIDEO_BYTES_H_
#define CLIENTELE_TESTS_SUPPORT_VIDEO_BYTES_H_

// Small videos whose bytes say what is not so.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "tests/support/tiny_video.h"

namespace clientele::testing {

inline std::string Mp4() { return EncodeVideo({}); }
inline std::string Mp4OfH264() { return EncodeVideo({.encoder = "libx264"}); }
inline std::string Webm() { return EncodeVideo({.container = "webm", .encoder = "libvpx"}); }

// `after` bytes behind the end of the first `name`.
inline std::size_t Behind(absl::string_view name, std::size_t after, const std::string& bytes) {
  return bytes.find(std::string(name)) + name.size() + after;
}

// Writes `value` over `size` bytes there.
inline std::string Patched(std::string bytes, absl::string_view name, std::size_t after,
                           std::uint64_t value, std::size_t size) {
  const std::size_t at = Behind(name, after, bytes);
  for (std::size_t i = 0; i < size; ++i) {
    bytes.at(at + i) = static_cast<char>(value >> (8 * (size - 1 - i)) & 0xFF);
  }
  return bytes;
}

// The number of `size` bytes there.
inline std::uint64_t NumberIn(const std::string& bytes, absl::string_view name, std::size_t after,
                              std::size_t size) {
  const std::size_t at = Behind(name, after, bytes);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  }
  return value;
}

// The fields of an MP4 of H.264 that say how large it is, and those of an MP4 that say how long its
// frames are shown (the sum, and each of them).
inline std::string ClaimingSize(const std::string& mp4, std::uint64_t width, std::uint64_t height) {
  // The first "avc1" names a brand.
  const std::size_t at = mp4.find("stsd");
  return mp4.substr(0, at) +
         Patched(Patched(mp4.substr(at), "avc1", 24, width, 2), "avc1", 26, height, 2);
}
inline std::string ClaimingSeconds(const std::string& mp4, std::uint64_t seconds) {
  const std::uint64_t all = seconds * NumberIn(mp4, "mdhd", 12, 4);
  const std::uint64_t frames = NumberIn(mp4, "stts", 8, 4);
  const std::string longer =
      Patched(Patched(mp4, "mdhd", 16, all, 4), "stts", 12, (all + frames - 1) / frames, 4);
  // What of it is played, where the file says so.
  if (longer.find("elst") == std::string::npos) return longer;
  return Patched(longer, "elst", 8, seconds * NumberIn(mp4, "mvhd", 12, 4), 4);
}
// What the file says of itself, in thousandths of a second.
inline std::string WithFileDuration(const std::string& mp4, std::uint64_t millis) {
  return Patched(mp4, "mvhd", 16, millis, 4);
}

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_VIDEO_BYTES_H_
