#include "common/training/bundle_retention.h"

#include <filesystem>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"

namespace clientele::training {
namespace {

struct Versions {
  Versions() {
    for (const char* version : {"scores/1", "scores/2", "scores/3", "scores/9", "scores/10",
                                "scores/11", "scores/.12.abcdef", "other/1"}) {
      std::filesystem::create_directories(folder.path() / version);
      folder.Write(version + std::string("/model.pt"), "a model");
    }
    folder.Write("scores/notes.txt", "not a version");
  }
  std::set<std::string> Left() const {
    std::set<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "scores")) {
      left.insert(entry.path().filename().string());
    }
    return left;
  }
  testing::TemporaryFolder folder;
};

TEST_CASE("the newest versions stay, by number, and nothing else is touched") {
  Versions versions;
  const auto removed = PruneBundleVersions(versions.folder.path(), "scores", 3);
  REQUIRE(removed.ok());
  CHECK(*removed == 3);
  CHECK(versions.Left() == std::set<std::string>{"9", "10", "11", ".12.abcdef", "notes.txt"});
  CHECK(std::filesystem::exists(versions.folder.path() / "other" / "1"));
  CHECK(*PruneBundleVersions(versions.folder.path(), "scores", 3) == 0);
}

TEST_CASE("the version before the newest stays, whatever is asked, and 0 keeps all") {
  Versions versions;
  CHECK(*PruneBundleVersions(versions.folder.path(), "scores", 0) == 0);
  CHECK(*PruneBundleVersions(versions.folder.path(), "scores", 1) == 4);
  CHECK(versions.Left().contains("10"));
}

TEST_CASE("labeled versions stay") {
  Versions versions;
  versions.folder.Write("scores/labels.json",
                        R"({"stable": "2", "canary": {"version": "3", "share": 0.1}})");
  CHECK(*PruneBundleVersions(versions.folder.path(), "scores", 2) == 2);
  CHECK(versions.Left().contains("2"));
  CHECK(versions.Left().contains("3"));
  CHECK(!versions.Left().contains("1"));
}

TEST_CASE("while labels.json has a mistake nothing is removed") {
  Versions versions;
  versions.folder.Write("scores/labels.json", "{");
  CHECK(absl::IsFailedPrecondition(
      PruneBundleVersions(versions.folder.path(), "scores", 2).status()));
  CHECK(versions.Left().contains("1"));
}

}  // namespace
}  // namespace clientele::training
