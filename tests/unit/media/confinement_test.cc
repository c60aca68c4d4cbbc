#include "common/media/confinement.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/media/video_decoder.h"
#include "tests/support/tiny_video.h"

namespace clientele::media::testing {
namespace {

// What a confined process was able to do; 0 for nothing but decoding.
enum : int { kNotConfined = 1, kOpened = 2, kConnected = 4, kForked = 8, kDidNotDecode = 16 };

int DecodeConfined(const std::string& bytes) {
  PrepareVideoDecoding();
  if (!Confine({}).ok()) return kNotConfined;
  int done = 0;
  if (open("/dev/null", O_RDONLY) >= 0) done |= kOpened;
  if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0) done |= kConnected;
  const pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) done |= kForked;
  const auto video = DecodeVideo(bytes, {}, {}, 1600);
  if (!video.ok() || video->frames.size() != 2) done |= kDidNotDecode;
  return done;
}

TEST_CASE("a confined process decodes videos, and opens, connects and starts nothing") {
  for (const char* encoder : {"libx264", "libx265", "libaom-av1", "mpeg4"}) {
    INFO(encoder);
    const std::string bytes = clientele::testing::EncodeVideo(
        {.encoder = encoder, .colors = {clientele::testing::kRed, clientele::testing::kBlue}});
    const pid_t child = fork();
    if (child == 0) _exit(DecodeConfined(bytes));
    REQUIRE(child > 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
}

}  // namespace
}  // namespace clientele::media::testing
