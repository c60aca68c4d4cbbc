#include "common/media/picture.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/media/picture_header.h"
#include "tests/support/paths.h"

namespace clientele::media {
namespace {

std::string Bytes(const std::string& name) {
  std::ifstream in(clientele::testing::SourceDir() + "/tests/data/pictures/" + name,
                   std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool IsNear(const Picture& picture, std::int64_t x, std::int64_t y, int red, int green, int blue,
            int tolerance) {
  const std::uint8_t* pixel = &picture.rgb[static_cast<std::size_t>(3 * (y * picture.width + x))];
  return std::abs(pixel[0] - red) <= tolerance && std::abs(pixel[1] - green) <= tolerance &&
         std::abs(pixel[2] - blue) <= tolerance;
}

TEST_CASE("every kind of picture becomes 8-bit RGB") {
  for (const char* name :
       {"plain.jpg", "progressive.jpg", "cmyk.jpg", "plain.png", "sixteen_bit.png", "palette.png",
        "alpha.png", "lossless.webp", "lossy.webp"}) {
    INFO(name);
    const auto picture = DecodePicture(Bytes(name), {});
    REQUIRE(picture.ok());
    CHECK(picture->width == 12);
    CHECK(picture->height == 8);
    REQUIRE(picture->rgb.size() == 12 * 8 * 3);
    CHECK(IsNear(*picture, 1, 4, 200, 40, 60, 3));
    CHECK(IsNear(*picture, 10, 4, 20, 90, 220, 3));
  }
  const auto gray = DecodePicture(Bytes("gray.jpg"), {});
  REQUIRE(gray.ok());
  CHECK(IsNear(*gray, 1, 4, 90, 90, 90, 2));
  const auto pixel = DecodePicture(Bytes("one_pixel.png"), {});
  REQUIRE(pixel.ok());
  CHECK(pixel->width == 1);
  CHECK(IsNear(*pixel, 0, 0, 9, 8, 7, 0));
}

TEST_CASE("a picture is turned as the camera noted") {
  const auto picture = DecodePicture(Bytes("turned.jpg"), {});
  REQUIRE(picture.ok());
  CHECK(picture->width == 8);
  CHECK(picture->height == 12);
  // What was on the left is on top.
  CHECK(IsNear(*picture, 4, 1, 200, 40, 60, 3));
}

TEST_CASE("headers say the size before anything is decoded") {
  for (const char* name :
       {"plain.jpg", "progressive.jpg", "cmyk.jpg", "plain.png", "lossless.webp", "lossy.webp"}) {
    INFO(name);
    const auto header = ReadPictureHeader(Bytes(name));
    REQUIRE(header.ok());
    CHECK(header->width == 12);
    CHECK(header->height == 8);
  }
  CHECK(ReadPictureHeader(Bytes("progressive.jpg"))->scans > 1);
  CHECK(ReadPictureHeader(Bytes("plain.jpg"))->scans == 1);
}

TEST_CASE("a small file that claims to be huge is refused without decoding it") {
  std::string png = Bytes("plain.png");
  // 20,000 x 20,000, in the header alone.
  png[18] = png[22] = '\x4E';
  png[19] = png[23] = '\x20';
  const auto picture = DecodePicture(png, {});
  CHECK(picture.status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(absl::StrContains(picture.status().message(), "20000 x 20000"));
  CHECK(DecodePicture(Bytes("plain.png"), {.max_pixels = 95}).status().code() ==
        absl::StatusCode::kResourceExhausted);
  CHECK(DecodePicture(Bytes("plain.png"), {.max_side = 11}).status().code() ==
        absl::StatusCode::kResourceExhausted);
  CHECK(DecodePicture(Bytes("plain.png"), {.max_bytes = 100}).status().code() ==
        absl::StatusCode::kResourceExhausted);
  CHECK(DecodePicture(Bytes("progressive.jpg"), {.max_scans = 1}).status().code() ==
        absl::StatusCode::kResourceExhausted);
}

TEST_CASE("a picture that is cut off anywhere is an error, never half a picture") {
  for (const char* name : {"plain.jpg", "progressive.jpg", "plain.png", "lossy.webp"}) {
    const std::string whole = Bytes(name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      INFO(name << " of " << size << " bytes");
      CHECK_FALSE(DecodePicture(absl::string_view(whole).substr(0, size), {}).ok());
    }
  }
}

TEST_CASE("damaged bytes give a picture of the size or an error") {
  for (const char* name : {"plain.jpg", "palette.png", "lossless.webp"}) {
    const std::string whole = Bytes(name);
    for (std::size_t at = 0; at < whole.size(); at += 3) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(~damaged[at]);
      const auto picture = DecodePicture(damaged, {.max_pixels = 1 << 20});
      if (!picture.ok()) continue;
      CHECK(picture->rgb.size() == static_cast<std::size_t>(picture->width * picture->height * 3));
    }
  }
}

TEST_CASE("what is no picture is called by its name") {
  const auto message = [](absl::string_view bytes) {
    const auto picture = DecodePicture(bytes, {});
    CHECK(picture.status().code() == absl::StatusCode::kInvalidArgument);
    return std::string(picture.status().message());
  };
  CHECK(absl::StrContains(message("<?xml version=\"1.0\"?><svg width=\"1\"/>"), "SVG"));
  CHECK(absl::StrContains(message("GIF89a..."), "GIF"));
  CHECK(absl::StrContains(message(""), "empty"));
  CHECK(absl::StrContains(message("hello"), "neither"));
  CHECK(absl::StrContains(message(Bytes("animated.webp")), "animation"));
}

TEST_CASE("fitting crops the middle or stretches") {
  const auto picture = DecodePicture(Bytes("plain.png"), {});
  REQUIRE(picture.ok());
  const Picture cropped = FitPicture(*picture, 4, 4, Fit::kCrop);
  CHECK(cropped.width == 4);
  CHECK(cropped.rgb.size() == 48);
  CHECK(IsNear(cropped, 0, 2, 200, 40, 60, 0));
  CHECK(IsNear(cropped, 3, 2, 20, 90, 220, 0));
  const Picture stretched = FitPicture(*picture, 24, 4, Fit::kStretch);
  CHECK(stretched.width == 24);
  CHECK(stretched.height == 4);
  CHECK(IsNear(stretched, 2, 2, 200, 40, 60, 0));
  const Picture tall = FitPicture(*picture, 1, 8, Fit::kCrop);
  CHECK(tall.height == 8);
}

}  // namespace
}  // namespace clientele::media
