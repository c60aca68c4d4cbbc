#include "common/media/video_header.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/media/picture_header.h"
#include "tests/support/tiny_video.h"
#include "tests/support/video_bytes.h"

namespace clientele::media::testing {
namespace {

using clientele::testing::EncodeVideo;
using clientele::testing::Mp4;
using clientele::testing::Patched;
using clientele::testing::Webm;

std::string VideoRefusal(const std::string& bytes) {
  const auto checked = CheckVideo(bytes, {});
  CHECK(absl::IsInvalidArgument(checked.status()));
  return std::string(checked.status().message());
}

TEST_CASE("videos are known by their first bytes") {
  CHECK(CheckVideo(Mp4(), {}).value() == VideoFormat::kMp4);
  CHECK(CheckVideo(EncodeVideo({.container = "mov"}), {}).value() == VideoFormat::kMp4);
  CHECK(CheckVideo(Webm(), {}).value() == VideoFormat::kWebm);
  for (const std::string bytes : {"", "\x1A\x45", "hello", "RIFF....AVI LIST"}) {
    CHECK_FALSE(VideoFormatOf(bytes));
    CHECK(absl::StrContains(VideoRefusal(bytes), "neither"));
  }
}

TEST_CASE("a video that is cut off anywhere is no video") {
  for (const std::string& whole : {Mp4(), Webm()}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      INFO(size << " of " << whole.size() << " bytes");
      REQUIRE_FALSE(CheckVideo(absl::string_view(whole).substr(0, size), {}).ok());
    }
  }
}

TEST_CASE("a recording that was never finished says so") {
  std::string mp4 = Mp4();
  mp4.replace(mp4.find("moov"), 4, "free");
  CHECK(absl::StrContains(VideoRefusal(mp4), "index"));
  CHECK(absl::StrContains(VideoRefusal(std::string("\0\0\0\x10"
                                                   "ftypisom\0\0\0\0",
                                                   16)),
                          "index"));
}

TEST_CASE("boxes and elements that claim more than there is are not followed") {
  CHECK(absl::StrContains(
      VideoRefusal(
          Patched(Mp4(), "moov", 0, 0, 0).replace(Mp4().find("moov") - 4, 4, "\x7F\xFF\xFF\xFF")),
      "cut off"));
  // 64 bits of size, which is less than the box's own head.
  CHECK(absl::StrContains(VideoRefusal(std::string("\0\0\0\x10"
                                                   "ftypisom\0\0\0\0"
                                                   "\0\0\0\x01"
                                                   "mdat\0\0\0\0\0\0\0\x08",
                                                   32)),
                          "cut off"));
  std::string webm = Webm();
  webm[4] = '\x01';
  CHECK_FALSE(CheckVideo(webm, {}).ok());
}

TEST_CASE("damaged headers are read within their bytes") {
  for (const std::string& whole : {Mp4(), Webm()}) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(~damaged[at]);
      (void)CheckVideo(damaged, {});
    }
  }
}

TEST_CASE("containers that are near to those that are taken are called by their names") {
  CHECK(absl::StrContains(
      VideoRefusal(EncodeVideo({.container = "matroska", .encoder = "libx264"})), "Matroska"));
  const std::string heic(
      "\0\0\0\x18"
      "ftypheic\0\0\0\0mif1heic",
      24);
  CHECK_FALSE(VideoFormatOf(heic));
  CHECK(absl::StrContains(ReadPictureHeader(heic).status().message(), "HEIF"));
  CHECK(absl::StrContains(ReadPictureHeader(Mp4()).status().message(), "a video"));
  CHECK(absl::StrContains(ReadPictureHeader(Webm()).status().message(), "a video"));
}

TEST_CASE("a video of too many bytes is refused by their number") {
  const auto checked = CheckVideo(Mp4(), {.max_bytes = 100});
  CHECK(absl::IsInvalidArgument(checked.status()));
  CHECK(absl::StrContains(checked.status().message(), "at most 100"));
}

}  // namespace
}  // namespace clientele::media::testing
