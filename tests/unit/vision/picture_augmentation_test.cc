#include "services/profile-service/training/vision/picture_augmentation.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

constexpr std::int64_t kSide = 32;
constexpr std::size_t kPlane = kSide * kSide;

// Red grows to the right, green downwards.
media::Picture Ramp(std::int64_t width, std::int64_t height) {
  media::Picture picture{.width = width, .height = height, .rgb = {}};
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      picture.rgb.push_back(static_cast<std::uint8_t>(x * 255 / width));
      picture.rgb.push_back(static_cast<std::uint8_t>(y * 255 / height));
      picture.rgb.push_back(60);
    }
  }
  return picture;
}

// Nothing changes but what a test sets.
AugmentationOptions Still() {
  return {.min_area = 1,
          .max_aspect = 1,
          .max_turn = 0,
          .mirror = false,
          .brightness = 0,
          .contrast = 0,
          .saturation = 0,
          .tint = 0,
          .gray = 0,
          .erase = 0};
}

std::vector<float> Augmented(const media::Picture& picture, const AugmentationOptions& options,
                             std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<float> pixels(3 * kPlane, -1);
  AugmentPicture(picture, kSide, options, engine, absl::MakeSpan(pixels));
  return pixels;
}

double Largest(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max<double>(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

TEST_CASE("a view without changes is the picture") {
  const media::Picture picture = Ramp(kSide, kSide);
  const std::vector<float> pixels = Augmented(picture, Still(), 1);
  std::vector<float> plain(3 * kPlane);
  PlainView(picture, kSide, absl::MakeSpan(plain));
  CHECK(Largest(pixels, plain) < 1e-5);
  CHECK(plain[5] == Catch::Approx(static_cast<float>(picture.rgb[15]) / 255));
}

TEST_CASE("mirrored views read the rows backwards, about half of the time") {
  const media::Picture picture = Ramp(kSide, kSide);
  const std::vector<float> plain = Augmented(picture, Still(), 1);
  std::vector<float> backwards = plain;
  for (std::size_t row = 0; row < 3 * kSide; ++row) {
    const auto begin = backwards.begin() + static_cast<std::ptrdiff_t>(row * kSide);
    std::reverse(begin, begin + kSide);
  }
  AugmentationOptions options = Still();
  options.mirror = true;
  int mirrored = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const std::vector<float> pixels = Augmented(picture, options, seed);
    const bool is_mirrored = Largest(pixels, backwards) < 1e-5;
    CHECK((is_mirrored || Largest(pixels, plain) < 1e-5));
    mirrored += is_mirrored ? 1 : 0;
  }
  CHECK(mirrored > 10);
  CHECK(mirrored < 30);
}

TEST_CASE("a part of the picture is seen enlarged, and never beyond its edge") {
  AugmentationOptions options = Still();
  options.min_area = 0.25;
  const media::Picture picture = Ramp(64, 48);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<float> pixels = Augmented(picture, options, seed);
    const double across = pixels[kSide - 1] - pixels[0];
    CHECK(across > 0.45);
    CHECK(across < 1);
    CHECK(std::is_sorted(pixels.begin(), pixels.begin() + kSide));
  }
}

TEST_CASE("every view has values from 0 to 1 and follows from its seed alone") {
  const media::Picture picture = Ramp(20, 47);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const std::vector<float> pixels = Augmented(picture, {}, seed);
    CHECK(std::all_of(pixels.begin(), pixels.end(), [](float x) { return x >= 0 && x <= 1; }));
    CHECK(pixels == Augmented(picture, {}, seed));
    CHECK(pixels != Augmented(picture, {}, seed + 1000));
  }
}

TEST_CASE("without saturation the colors are their luma") {
  AugmentationOptions options = Still();
  options.gray = 1;
  const std::vector<float> pixels = Augmented(Ramp(kSide, kSide), options, 3);
  const std::vector<float> plain = Augmented(Ramp(kSide, kSide), Still(), 3);
  const std::size_t at = 7 * kSide + 9;
  const double luma =
      0.299 * plain[at] + 0.587 * plain[kPlane + at] + 0.114 * plain[2 * kPlane + at];
  for (std::size_t color = 0; color < 3; ++color) {
    CHECK(pixels[color * kPlane + at] == Catch::Approx(luma).epsilon(1e-4));
  }
}

TEST_CASE("an erased rectangle has one color and a bounded area") {
  AugmentationOptions options = Still();
  options.erase = 1;
  const media::Picture picture = Ramp(kSide, kSide);
  const std::vector<float> plain = Augmented(picture, Still(), 1);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<float> pixels = Augmented(picture, options, seed);
    std::size_t erased = 0;
    float value = -1;
    for (std::size_t i = 2 * kPlane; i < 3 * kPlane; ++i) {
      if (std::abs(pixels[i] - plain[i]) < 1e-6) continue;
      if (value < 0) value = pixels[i];
      CHECK(pixels[i] == value);
      ++erased;
    }
    CHECK(erased >= kPlane / 100);
    CHECK(erased <= kPlane / 4);
  }
}

TEST_CASE("a picture of one pixel has views too") {
  const media::Picture dot{.width = 1, .height = 1, .rgb = {255, 0, 51}};
  const std::vector<float> pixels = Augmented(dot, Still(), 1);
  CHECK(pixels[0] == Catch::Approx(1));
  CHECK(pixels[3 * kPlane - 1] == Catch::Approx(0.2));
}

}  // namespace
}  // namespace clientele::profile
