#include "common/media/isolated_decoder.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <signal.h>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "common/media/confinement.h"
#include "common/media/picture.h"
#include "tests/support/paths.h"

namespace clientele::media {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);

std::string BytesOfPicture(const std::string& name) {
  std::ifstream in(clientele::testing::SourceDir() + "/tests/data/pictures/" + name,
                   std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

IsolatedDecoder::Options DecoderOptions() {
  return {.program = clientele::testing::BinDir() + "/picture-decoder"};
}

std::unique_ptr<IsolatedDecoder> MakeDecoder(IsolatedDecoder::Options options = DecoderOptions()) {
  auto decoder = IsolatedDecoder::Create(std::move(options));
  INFO(decoder.status().ToString());
  REQUIRE(decoder.ok());
  return *std::move(decoder);
}

std::string Refusal(IsolatedDecoder& decoder, const std::string& bytes) {
  const auto decoded = decoder.Decode(bytes, kPatience);
  INFO(decoded.status().ToString());
  CHECK(absl::IsInvalidArgument(decoded.status()));
  return std::string(decoded.status().message());
}

TEST_CASE("another process gives the pixels that this one would") {
  const auto decoder = MakeDecoder();
  for (const char* name : {"plain.jpg", "progressive.jpg", "cmyk.jpg", "gray.jpg", "turned.jpg",
                           "plain.png", "sixteen_bit.png", "palette.png", "alpha.png",
                           "one_pixel.png", "lossless.webp", "lossy.webp"}) {
    INFO(name);
    const std::string bytes = BytesOfPicture(name);
    const auto decoded = decoder->Decode(bytes, kPatience);
    INFO(decoded.status().ToString());
    REQUIRE(decoded.ok());
    const auto here = DecodePicture(bytes, {});
    REQUIRE(here.ok());
    CHECK(decoded->format == *FormatOf(bytes));
    CHECK(decoded->original_width == here->width);
    CHECK(decoded->original_height == here->height);
    CHECK(decoded->width == here->width);
    CHECK(decoded->height == here->height);
    CHECK(decoded->rgb == here->rgb);
  }
}

TEST_CASE("a large picture comes back smaller, in its proportions, with its size as it was") {
  IsolatedDecoder::Options options = DecoderOptions();
  options.output_side = 6;
  const auto decoded = MakeDecoder(options)->Decode(BytesOfPicture("plain.png"), kPatience);
  REQUIRE(decoded.ok());
  CHECK(decoded->original_width == 12);
  CHECK(decoded->original_height == 8);
  CHECK(decoded->width == 6);
  CHECK(decoded->height == 4);
  CHECK(decoded->rgb.size() == 6 * 4 * 3);
  CHECK(int{decoded->rgb[0]} == 200);
}

TEST_CASE("what is no picture that may be decoded is refused by what it is, and nothing breaks") {
  const auto decoder = MakeDecoder();
  std::string huge = BytesOfPicture("plain.png");
  huge[18] = huge[22] = '\x4E';
  huge[19] = huge[23] = '\x20';
  CHECK(absl::StrContains(Refusal(*decoder, huge), "20000 x 20000"));
  CHECK(absl::StrContains(Refusal(*decoder, "<svg xmlns=\"x\"/>"), "SVG"));
  CHECK(absl::StrContains(Refusal(*decoder, BytesOfPicture("animated.webp")), "animation"));
  CHECK(absl::StrContains(Refusal(*decoder, ""), "empty"));
  const std::string whole = BytesOfPicture("plain.jpg");
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    Refusal(*decoder, whole.substr(0, size));
  }
  CHECK(decoder->Decode(whole, kPatience).ok());
}

// A picture of one color, 8000 x 7000 pixels in 15 KB.
TEST_CASE("a decompression bomb costs its own process, and its error says so") {
  const std::string bomb = BytesOfPicture("bomb.png");
  CHECK(bomb.size() < 20'000);
  IsolatedDecoder::Options options = DecoderOptions();
  options.memory_bytes = std::size_t{64} << 20;
  const auto decoder = MakeDecoder(options);
  if (BoundsMemory()) Refusal(*decoder, bomb);
  CHECK(decoder->Decode(BytesOfPicture("plain.jpg"), kPatience).ok());
  // With room for its pixels it is an ordinary picture.
  const auto roomy = MakeDecoder()->Decode(bomb, kPatience);
  REQUIRE(roomy.ok());
  CHECK(roomy->original_width == 8000);
  CHECK(roomy->original_height == 7000);
  CHECK(roomy->width == 1600);
}

TEST_CASE("a decoder that hangs is given up, and one that has died is started again") {
  IsolatedDecoder::Options options = DecoderOptions();
  options.program = "/bin/sleep";  // ends at once, of no argument
  const auto dead = MakeDecoder(options)->Decode(BytesOfPicture("plain.jpg"), kPatience);
  CHECK(absl::IsUnavailable(dead.status()));
  const auto decoder = MakeDecoder();
  CHECK(absl::IsDeadlineExceeded(
      decoder->Decode(BytesOfPicture("plain.jpg"), absl::ZeroDuration()).status()));
  CHECK(decoder->Decode(BytesOfPicture("plain.jpg"), kPatience).ok());
  REQUIRE(decoder->program_pid() > 1);
  REQUIRE(kill(decoder->program_pid(), SIGKILL) == 0);
  CHECK(decoder->Decode(BytesOfPicture("plain.jpg"), kPatience).ok());
}

TEST_CASE("many callers share few processes") {
  IsolatedDecoder::Options options = DecoderOptions();
  options.processes = 2;
  const auto decoder = MakeDecoder(options);
  const std::string bytes = BytesOfPicture("plain.jpg");
  std::atomic<int> decoded = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 10; ++i) decoded += decoder->Decode(bytes, kPatience).ok() ? 1 : 0;
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(decoded == 80);
}

TEST_CASE("without its program there is no decoder") {
  CHECK(absl::IsNotFound(IsolatedDecoder::Create({.program = "/nowhere/decoder"}).status()));
}

TEST_CASE("the pace of one picture through another process", "[.speed]") {
  const auto decoder = MakeDecoder();
  const std::string bytes = BytesOfPicture("plain.jpg");
  REQUIRE(decoder->Decode(bytes, kPatience).ok());
  const absl::Time begin = absl::Now();
  for (int i = 0; i < 200; ++i) REQUIRE(decoder->Decode(bytes, kPatience).ok());
  WARN("one small picture: " << absl::ToDoubleMilliseconds((absl::Now() - begin) / 200) << " ms");
}

}  // namespace
}  // namespace clientele::media
