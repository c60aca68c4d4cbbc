#ifndef CLIENTELE_TESTS_SUPPORT_TINY_VIDEO_H_
#define CLIENTELE_TESTS_SUPPORT_TINY_VIDEO_H_

// Makes small videos of plain colors, in memory.
//
//   const std::string mp4 = EncodeVideo({.colors = {kRed, kBlue}});   // a second of each

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace clientele::testing {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};

inline constexpr Color kRed{220, 30, 40};
inline constexpr Color kGreen{40, 180, 60};
inline constexpr Color kBlue{30, 50, 210};

struct TinyVideo {
  // As libavformat and libavcodec name them. An encoder of sound makes a stream of noise.
  std::string container = "mp4";
  std::string encoder = "mpeg4";
  int width = 64;
  int height = 48;
  // One second each.
  std::vector<Color> colors = {kRed};
  // Of the upper half, where it is another.
  std::vector<Color> upper = {};
  absl::Duration frame_interval = absl::Milliseconds(100);
  // Frames from one that stands for itself to the next.
  int key_interval = 10;
  // Is shown turned by so many quarters, clockwise.
  int quarter_turns = 0;
};

// Throws std::runtime_error where a library refuses.
std::string EncodeVideo(const TinyVideo& video);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_TINY_VIDEO_H_
