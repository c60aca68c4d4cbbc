#include "common/media/video_decoder.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "common/media/confinement.h"
#include "common/media/isolated_decoder.h"
#include "tests/support/paths.h"
#include "tests/support/tiny_video.h"
#include "tests/support/video_bytes.h"

namespace clientele::media::testing {
namespace {

using clientele::testing::ClaimingSeconds;
using clientele::testing::ClaimingSize;
using clientele::testing::Color;
using clientele::testing::EncodeVideo;
using clientele::testing::kBlue;
using clientele::testing::kGreen;
using clientele::testing::kRed;
using clientele::testing::Mp4;
using clientele::testing::Mp4OfH264;
using clientele::testing::Patched;
using clientele::testing::TinyVideo;
using clientele::testing::Webm;
using clientele::testing::WithFileDuration;

constexpr absl::Duration kVideoPatience = absl::Seconds(40);

IsolatedDecoder::Options VideoOptions() {
  return {.program = clientele::testing::BinDir() + "/picture-decoder"};
}

std::unique_ptr<IsolatedDecoder> MakeVideoDecoder(
    IsolatedDecoder::Options options = VideoOptions()) {
  auto decoder = IsolatedDecoder::Create(std::move(options));
  REQUIRE(decoder.ok());
  return *std::move(decoder);
}

bool Shows(const Video& video, const VideoFrame& frame, std::int64_t x, std::int64_t y,
           const Color& color) {
  const std::uint8_t* const pixel =
      &frame.rgb.at(static_cast<std::size_t>(3 * (y * video.width + x)));
  constexpr int kTolerance = 12;
  return std::abs(pixel[0] - color.red) <= kTolerance &&
         std::abs(pixel[1] - color.green) <= kTolerance &&
         std::abs(pixel[2] - color.blue) <= kTolerance;
}

std::vector<std::int64_t> Offsets(const Video& video) {
  std::vector<std::int64_t> millis;
  for (const VideoFrame& frame : video.frames) {
    millis.push_back(absl::ToInt64Milliseconds(frame.offset));
  }
  return millis;
}

std::string VideoError(IsolatedDecoder& decoder, const std::string& bytes) {
  const auto decoded = decoder.DecodeVideo(bytes, {}, kVideoPatience);
  INFO(decoded.status().ToString());
  CHECK(absl::IsInvalidArgument(decoded.status()));
  return std::string(decoded.status().message());
}

struct Encoding {
  const char* container;
  const char* encoder;
};

TEST_CASE("of every codec that is taken the frame of each second comes out of a confined process") {
  const auto decoder = MakeVideoDecoder();
  for (const auto& [container, encoder] : std::vector<Encoding>{{"mp4", "mpeg4"},
                                                                {"mp4", "libx264"},
                                                                {"mp4", "libx265"},
                                                                {"mov", "mjpeg"},
                                                                {"mp4", "libaom-av1"},
                                                                {"webm", "libvpx"},
                                                                {"webm", "libvpx-vp9"}}) {
    INFO(container << " of " << encoder);
    const auto decoded = decoder->DecodeVideo(
        EncodeVideo({.container = container, .encoder = encoder, .colors = {kRed, kGreen, kBlue}}),
        {}, kVideoPatience);
    INFO(decoded.status().ToString());
    REQUIRE(decoded.ok());
    CHECK(NameOf(decoded->format) == (container == std::string("webm") ? "WebM" : "MP4"));
    const Video& video = decoded->video;
    CHECK(video.original_width == 64);
    CHECK(video.original_height == 48);
    CHECK(std::abs(absl::ToDoubleSeconds(video.duration) - 3) < 0.02);
    REQUIRE(Offsets(video) == std::vector<std::int64_t>{0, 1000, 2000});
    CHECK(Shows(video, video.frames[0], 32, 24, kRed));
    CHECK(Shows(video, video.frames[1], 32, 24, kGreen));
    CHECK(Shows(video, video.frames[2], 32, 24, kBlue));
  }
}

TEST_CASE("a part of a video is decoded without the rest, and gives the same frames") {
  const auto decoder = MakeVideoDecoder();
  std::vector<Color> colors;
  for (int i = 0; i < 9; ++i) colors.push_back(i % 2 == 0 ? kRed : kBlue);
  for (const char* encoder : {"mpeg4", "libx264"}) {
    const std::string bytes =
        EncodeVideo({.encoder = encoder, .colors = colors, .key_interval = 25});
    const auto whole = decoder->DecodeVideo(bytes, {}, kVideoPatience);
    REQUIRE(whole.ok());
    REQUIRE(whole->video.frames.size() == 9);
    for (int first = 0; first < 9; first += 4) {
      const auto part = decoder->DecodeVideo(bytes, {.first = first, .count = 4}, kVideoPatience);
      REQUIRE(part.ok());
      REQUIRE(part->video.frames.size() == (first == 8 ? 1 : 4));
      for (std::size_t i = 0; i < part->video.frames.size(); ++i) {
        const VideoFrame& same = whole->video.frames[static_cast<std::size_t>(first) + i];
        CHECK(part->video.frames[i].offset == same.offset);
        CHECK(part->video.frames[i].rgb == same.rgb);
      }
    }
    CHECK(decoder->DecodeVideo(bytes, {.first = 20, .count = 4}, kVideoPatience)
              ->video.frames.empty());
    const auto counted = decoder->DecodeVideo(bytes, {.pixels = false}, kVideoPatience);
    REQUIRE(counted.ok());
    CHECK(counted->video.frames.size() == 9);
    CHECK(counted->video.frames[0].rgb.empty());
  }
}

TEST_CASE("at most the first minute is looked at, and slow videos by the frames they have") {
  const auto decoder = MakeVideoDecoder();
  const std::vector<Color> minutes(100, kGreen);
  const auto minute = decoder->DecodeVideo(
      EncodeVideo({.colors = minutes, .frame_interval = absl::Milliseconds(500)}), {},
      kVideoPatience);
  REQUIRE(minute.ok());
  CHECK(minute->video.frames.size() == 60);
  CHECK(minute->video.duration == absl::Seconds(100));
  const auto slides = decoder->DecodeVideo(
      EncodeVideo({.colors = {kRed, kRed, kRed, kRed, kBlue, kBlue, kBlue, kBlue},
                   .frame_interval = absl::Seconds(4)}),
      {}, kVideoPatience);
  REQUIRE(slides.ok());
  CHECK(Offsets(slides->video) == std::vector<std::int64_t>{0, 4000});
  const auto moment =
      decoder->DecodeVideo(EncodeVideo({.frame_interval = absl::Seconds(1)}), {}, kVideoPatience);
  REQUIRE(moment.ok());
  CHECK(moment->video.frames.size() == 1);
}

TEST_CASE("a fast video is read without the frames that no other needs") {
  const auto decoder = MakeVideoDecoder();
  const auto decoded = decoder->DecodeVideo(EncodeVideo({.encoder = "libx264",
                                                         .colors = {kRed, kGreen, kBlue},
                                                         .frame_interval = absl::Milliseconds(25),
                                                         .key_interval = 200}),
                                            {}, kVideoPatience);
  REQUIRE(decoded.ok());
  const Video& video = decoded->video;
  REQUIRE(video.frames.size() == 3);
  for (std::size_t second = 0; second < 3; ++second) {
    const absl::Duration wanted = absl::Seconds(static_cast<int>(second));
    CHECK(absl::AbsDuration(video.frames[second].offset - wanted) <= absl::Milliseconds(100));
  }
  CHECK(Shows(video, video.frames[0], 5, 5, kRed));
}

TEST_CASE("a video is turned as the camera noted, and scaled down in its proportions") {
  IsolatedDecoder::Options options = VideoOptions();
  options.output_side = 32;
  const auto decoder = MakeVideoDecoder(options);
  for (int turns = 0; turns < 4; ++turns) {
    INFO(turns << " quarters");
    const auto decoded = decoder->DecodeVideo(
        EncodeVideo({.colors = {kBlue}, .upper = {kRed}, .quarter_turns = turns}), {},
        kVideoPatience);
    REQUIRE(decoded.ok());
    const Video& video = decoded->video;
    const bool upright = turns % 2 == 1;
    CHECK(video.original_width == (upright ? 48 : 64));
    CHECK(video.original_height == (upright ? 64 : 48));
    REQUIRE(video.width == (upright ? 24 : 32));
    REQUIRE(video.height == (upright ? 32 : 24));
    // Where the upper half is: on top, right, at the bottom, left.
    const std::int64_t x[] = {video.width / 2, video.width - 3, video.width / 2, 2};
    const std::int64_t y[] = {2, video.height / 2, video.height - 3, video.height / 2};
    const VideoFrame& frame = video.frames.at(0);
    CHECK(Shows(video, frame, x[turns], y[turns], kRed));
    CHECK(Shows(video, frame, x[(turns + 2) % 4], y[(turns + 2) % 4], kBlue));
  }
}

TEST_CASE("a video is as long as its frames are shown, whatever the file says of itself") {
  const auto decoder = MakeVideoDecoder();
  const auto honest = decoder->DecodeVideo(Mp4(), {}, kVideoPatience);
  REQUIRE(honest.ok());
  const auto decoded =
      decoder->DecodeVideo(WithFileDuration(Mp4(), 36'000'000), {}, kVideoPatience);
  INFO(decoded.status().ToString());
  REQUIRE(decoded.ok());
  CHECK(decoded->video.duration == honest->video.duration);
}

TEST_CASE("what is no video that may be decoded is refused by what it is") {
  const auto decoder = MakeVideoDecoder();
  CHECK(absl::StrContains(VideoError(*decoder, ClaimingSize(Mp4OfH264(), 20'000, 20'000)),
                          "20000 x 20000"));
  CHECK(absl::StrContains(VideoError(*decoder, ClaimingSeconds(Mp4(), 36'000)), "10h"));
  const TinyVideo slow{.colors = std::vector<Color>(700, kRed),
                       .frame_interval = absl::Seconds(100)};
  CHECK(absl::StrContains(VideoError(*decoder, EncodeVideo(slow)), "11m40s"));
  // One that says it lasts a second (a double) and goes on.
  TinyVideo liar = slow;
  liar.container = "webm";
  liar.encoder = "libvpx";
  CHECK(absl::StrContains(
      VideoError(*decoder, Patched(EncodeVideo(liar), "\x44\x89\x88", 0, 0x408F400000000000, 8)),
      "11m40s"));
  CHECK(absl::StrContains(VideoError(*decoder, Patched(Mp4(), "stsz", 8, 0, 4)), "no frames"));
  CHECK(absl::StrContains(VideoError(*decoder, EncodeVideo({.encoder = "aac"})), "only audio"));
  CHECK(absl::StrContains(
      VideoError(*decoder, EncodeVideo({.container = "webm", .encoder = "libopus"})),
      "only audio"));
  CHECK(absl::StrContains(
      VideoError(*decoder, EncodeVideo({.container = "mov", .encoder = "jpeg2000"})), "jpeg2000"));
  CHECK(absl::StrContains(VideoError(*decoder, "<svg/>"), "neither MP4 nor WebM"));
  // Of the right size and of nothing else.
  std::string hollow = Mp4();
  const std::size_t content = hollow.find("mdat") + 4;
  std::fill(hollow.begin() + static_cast<std::ptrdiff_t>(content),
            hollow.begin() + static_cast<std::ptrdiff_t>(hollow.rfind("moov") - 4), '\0');
  CHECK(absl::StrContains(VideoError(*decoder, hollow), "no frame"));
  CHECK(decoder->DecodeVideo(Mp4(), {}, kVideoPatience).ok());
}

TEST_CASE("cut and damaged videos cost their own process, a bounded time, and no more") {
  const auto decoder = MakeVideoDecoder();
  const absl::Time begin = absl::Now();
  for (const std::string& whole : {Mp4(), Mp4OfH264(), Webm()}) {
    REQUIRE(decoder->DecodeVideo(whole, {}, kVideoPatience).ok());
    const int program = decoder->program_pid();
    for (std::size_t size = 0; size < whole.size(); size += 31) {
      VideoError(*decoder, whole.substr(0, size));
    }
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 150) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(~damaged[at]);
      const auto decoded = decoder->DecodeVideo(damaged, {}, kVideoPatience);
      INFO("byte " << at << ": " << decoded.status().ToString());
      CHECK((decoded.ok() || absl::IsInvalidArgument(decoded.status())));
    }
    CHECK(decoder->program_pid() == program);
    CHECK(decoder->DecodeVideo(whole, {}, kVideoPatience).ok());
  }
  CHECK(absl::Now() - begin < absl::Minutes(1));
}

// A thousand bytes that claim millions of frames, all of one byte.
TEST_CASE("an index that claims more frames than there are bytes costs a bounded time") {
  const auto decoder = MakeVideoDecoder();
  const absl::Time begin = absl::Now();
  for (const std::uint64_t count : {200'000U, 20'000'000U, 0x0FFFFFFFU}) {
    INFO(count << " frames");
    std::string claiming = Patched(Patched(Mp4(), "stsz", 4, 1, 4), "stsz", 8, count, 4);
    claiming = Patched(Patched(claiming, "stsc", 12, count, 4), "stts", 8, count, 4);
    VideoError(*decoder, claiming);
  }
  CHECK(absl::Now() - begin < absl::Seconds(25));
}

TEST_CASE("a video that needs more memory than it may costs its own process") {
  if (!BoundsMemory()) return;
  IsolatedDecoder::Options options = VideoOptions();
  options.video_memory_bytes = std::size_t{16} << 20;
  const auto decoder = MakeVideoDecoder(options);
  const std::string large = EncodeVideo({.encoder = "libx264",
                                         .width = 3840,
                                         .height = 2160,
                                         .colors = {kRed},
                                         .frame_interval = absl::Milliseconds(500)});
  VideoError(*decoder, large);
  CHECK(decoder->DecodeVideo(Mp4(), {}, kVideoPatience).ok());
  CHECK(MakeVideoDecoder()->DecodeVideo(large, {}, kVideoPatience).ok());
}

TEST_CASE("the pace of a video of a minute through another process", "[.speed]") {
  const auto decoder = MakeVideoDecoder();
  const std::string bytes = EncodeVideo({.encoder = "libx264",
                                         .width = 1280,
                                         .height = 720,
                                         .colors = std::vector<Color>(60, kGreen),
                                         .frame_interval = absl::Milliseconds(33),
                                         .key_interval = 250});
  const absl::Time begin = absl::Now();
  const auto whole = decoder->DecodeVideo(bytes, {.pixels = false}, kVideoPatience);
  REQUIRE(whole.ok());
  const absl::Time checked = absl::Now();
  for (int first = 0; first < 60; first += 8) {
    REQUIRE(decoder->DecodeVideo(bytes, {.first = first, .count = 8}, kVideoPatience).ok());
  }
  WARN(bytes.size() << " bytes of 720p, 30 a second: checked in "
                    << absl::ToInt64Milliseconds(checked - begin) << " ms, its "
                    << whole->video.frames.size() << " frames in parts in "
                    << absl::ToInt64Milliseconds(absl::Now() - checked) << " ms");
}

}  // namespace
}  // namespace clientele::media::testing
