#ifndef CLIENTELE_TESTS_UNIT_VISION_SHAPES_H_
#define CLIENTELE_TESTS_UNIT_VISION_SHAPES_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>

#include "services/profile-service/training/vision/picture_set.h"

namespace clientele::profile {

// Pictures of 32 x 32 with a disk, a frame, or stripes, in a random color on another, at a random
// place: what tells the classes apart is the shape.
inline PictureSet ColoredShapes(int each, std::uint64_t seed) {
  constexpr std::int64_t kPixels = 32;
  PictureSet set;
  set.labels = {"disk", "frame", "stripes"};
  std::mt19937_64 engine(seed);
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(engine() % bound);
  };
  for (int i = 0; i < each; ++i) {
    for (int label = 0; label < 3; ++label) {
      media::Picture picture{.width = kPixels, .height = kPixels, .rgb = {}};
      const std::int64_t x0 = 12 + below(8);
      const std::int64_t y0 = 12 + below(8);
      const std::int64_t radius = 7 + below(4);
      std::int64_t front[3];
      std::int64_t back[3];
      for (int color = 0; color < 3; ++color) {
        front[color] = 140 + below(110);
        back[color] = below(90);
      }
      for (std::int64_t y = 0; y < kPixels; ++y) {
        for (std::int64_t x = 0; x < kPixels; ++x) {
          const std::int64_t dx = x - x0;
          const std::int64_t dy = y - y0;
          const std::int64_t reach = std::max(std::abs(dx), std::abs(dy));
          const bool inside = label == 0   ? dx * dx + dy * dy <= radius * radius
                              : label == 1 ? reach <= radius && reach > radius - 3
                                           : reach <= radius && (dy + 32) % 4 < 2;
          for (int color = 0; color < 3; ++color) {
            picture.rgb.push_back(static_cast<std::uint8_t>(inside ? front[color] : back[color]));
          }
        }
      }
      set.pictures.push_back(std::move(picture));
      set.classes.push_back(label);
      set.names.push_back(set.labels[static_cast<std::size_t>(label)] + "/" + std::to_string(i));
    }
  }
  return set;
}

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_UNIT_VISION_SHAPES_H_
