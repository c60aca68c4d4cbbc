#include "common/training/checkpoint_folder.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"

namespace clientele::training {
namespace {

namespace fs = std::filesystem;

const CheckpointFiles kFiles = {{"a.json", "{}"}, {"b.pt", std::string("\0\1\2\n", 4)}};

struct Written {
  Written() { REQUIRE(folder.Write(7, kFiles).ok()); }
  fs::path File(const std::string& name) const { return temporary.path() / "run" / "7" / name; }
  testing::TemporaryFolder temporary;
  CheckpointFolder folder{temporary.path() / "run"};
};

TEST_CASE("the newest checkpoint is read as it was written, and older ones are gone") {
  Written written;
  REQUIRE(written.folder.Write(9, {{"a.json", "[]"}}).ok());
  const auto read = written.folder.ReadNewest();
  REQUIRE(read.ok());
  CHECK(*read == CheckpointFiles{{"a.json", "[]"}});
  CHECK_FALSE(fs::exists(written.temporary.path() / "run" / "7"));
}

TEST_CASE("no folder and an empty one hold no checkpoint") {
  testing::TemporaryFolder temporary;
  CHECK(*CheckpointFolder(temporary.path() / "none").ReadNewest() == std::nullopt);
  CHECK(*CheckpointFolder(temporary.path()).ReadNewest() == std::nullopt);
  CHECK(CheckpointFolder(temporary.path() / "none").Clear().ok());
}

TEST_CASE("a writer that was killed leaves nothing that is read, and the next one removes it") {
  Written written;
  const fs::path abandoned = written.temporary.path() / "run" / ".checkpoint-abcdef";
  fs::create_directories(abandoned);
  std::ofstream(abandoned / "a.json") << "half";
  CHECK(**written.folder.ReadNewest() == kFiles);
  REQUIRE(written.folder.Write(8, kFiles).ok());
  CHECK_FALSE(fs::exists(abandoned));
}

TEST_CASE("a kill between the new checkpoint and the removal of the old one leaves the new one") {
  Written written;
  fs::copy(written.temporary.path() / "run" / "7", written.temporary.path() / "run" / "10",
           fs::copy_options::recursive);
  fs::remove(written.File("a.json"));  // step 7 is being removed
  CHECK(**written.folder.ReadNewest() == kFiles);
}

TEST_CASE("a damaged checkpoint is refused, the file named") {
  Written written;
  std::string named = "b.pt";
  SECTION("changed") { std::ofstream(written.File("b.pt")) << "\1\1\2\n"; }
  SECTION("cut short") { fs::resize_file(written.File("b.pt"), 2); }
  SECTION("missing") { fs::remove(written.File("b.pt")); }
  SECTION("the list is cut short") {
    fs::resize_file(written.File("SHA256SUMS"), 71);
    named = "list of files";
  }
  SECTION("the list is empty") {
    fs::resize_file(written.File("SHA256SUMS"), 0);
    named = "list of files";
  }
  SECTION("the list is missing") {
    fs::remove(written.File("SHA256SUMS"));
    named = "list of files";
  }
  const auto read = written.folder.ReadNewest();
  CHECK(absl::IsDataLoss(read.status()));
  CHECK(std::string(read.status().message()).find("step 7") != std::string::npos);
  CHECK(std::string(read.status().message()).find(named) != std::string::npos);
  REQUIRE(written.folder.Clear().ok());
  CHECK(*written.folder.ReadNewest() == std::nullopt);
}

TEST_CASE("names that lead out of the folder and negative steps are refused") {
  testing::TemporaryFolder temporary;
  const CheckpointFolder folder(temporary.path());
  for (const char* name : {"", "..", "../a", "a/b", ".hidden", "SHA256SUMS", "a b"}) {
    CHECK(absl::IsInvalidArgument(folder.Write(1, {{name, ""}})));
  }
  CHECK(absl::IsInvalidArgument(folder.Write(-1, kFiles)));
}

TEST_CASE("a folder that cannot be written is said") {
  testing::TemporaryFolder temporary;
  const CheckpointFolder folder(temporary.Write("file", "x"));
  CHECK(absl::IsInternal(folder.Write(1, kFiles)));
}

}  // namespace
}  // namespace clientele::training
