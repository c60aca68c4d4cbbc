#include "common/inference/versions/version_labels.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sys/stat.h>

#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"

namespace clientele::inference {

using Catch::Matchers::ContainsSubstring;
using clientele::testing::TemporaryFolder;
using testing::WriteText;
using Versions = std::vector<std::int64_t>;

TEST_CASE("labels are read from JSON") {
  CHECK(ParseVersionLabels("{}").value() == VersionLabels{});
  CHECK(ParseVersionLabels(R"({"stable": "3"})").value() == VersionLabels{.stable = 3});
  CHECK(ParseVersionLabels(R"({"canary": {"version": "4", "share": 0}})").value() ==
        VersionLabels{.canary = CanaryLabel{4, 0}});
  CHECK(
      ParseVersionLabels(R"({"stable": "3", "canary": {"version": "4", "share": 0.1}})").value() ==
      VersionLabels{.stable = 3, .canary = CanaryLabel{4, 0.1}});
}

TEST_CASE("a mistake in the labels is refused and says where it is") {
  const auto [json, where] = GENERATE(table<std::string, std::string>({
      {"", "labels.json: must be JSON"},
      {"{\"stable\": \"3\"", "labels.json: must be JSON"},
      {"{} {}", "labels.json: must be JSON"},
      {"[]", "labels.json: must be an object"},
      {R"({"stabel": "3"})", "labels.json: has an unknown member"},
      {R"({"stable": 3})", "stable: must be a version in quotes"},
      {R"({"stable": "03"})", "stable: must be a version in quotes"},
      {R"({"stable": "0"})", "stable: must be a version in quotes"},
      {R"({"stable": "../3"})", "stable: must be a version in quotes"},
      {R"({"stable": null})", "stable: must be a version in quotes"},
      {R"({"stable": "3", "stable": "4"})", "labels.json: has a member twice"},
      {R"({"canary": "4"})", "canary: must be"},
      {R"({"canary": {"version": "4"}})", "canary.share: must be a number in [0, 1]"},
      {R"({"canary": {"share": 0.1}})", "canary.version: must be a version"},
      {R"({"canary": {"version": "4", "share": 1.01}})", "canary.share"},
      {R"({"canary": {"version": "4", "share": -0.1}})", "canary.share"},
      {R"({"canary": {"version": "4", "share": "0.1"}})", "canary.share"},
      {R"({"canary": {"version": "4", "share": true}})", "canary.share"},
      {R"({"canary": {"version": "4", "share": 1e999}})", "must be JSON"},
      {R"({"canary": {"version": "4", "share": NaN}})", "must be JSON"},
      {R"({"canary": {"version": "4", "share": 0.1, "x": 1}})", "canary: has an unknown member"},
      {R"({"canary": {"version": "4", "share": 0.1, "share": 1}})", "has a member twice"},
      {R"({"stable": "4", "canary": {"version": "4", "share": 0.1}})",
       "canary.version: must be another version"},
  }));
  const auto labels = ParseVersionLabels(json);
  CAPTURE(json);
  CHECK(absl::IsInvalidArgument(labels.status()));
  CHECK_THAT(std::string(labels.status().message()), ContainsSubstring(where));
}

TEST_CASE("labels are a small regular file, or absent") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "labels.json";
  const auto read = [&] { return ReadVersionLabels(folder.path()); };
  CHECK(read().value() == VersionLabels{});
  CHECK(ReadVersionLabels(folder.path() / "missing").value() == VersionLabels{});
  WriteText(file, R"({"stable": "3"})");
  CHECK(read().value().stable == 3);
  WriteText(file, "{}" + std::string(4094, ' '));
  CHECK(read().ok());
  WriteText(file, "{}" + std::string(4095, ' '));
  CHECK_THAT(std::string(read().status().message()), ContainsSubstring("at most 4096 bytes"));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  CHECK_THAT(std::string(read().status().message()), ContainsSubstring("regular file"));
  std::filesystem::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);  // nobody ever writes to it
  CHECK_THAT(std::string(read().status().message()), ContainsSubstring("regular file"));
}

TEST_CASE("labels of versions that are not there are void") {
  const VersionLabels labels{.stable = 3, .canary = CanaryLabel{4, 0.1}};
  CHECK(CheckLabeled(labels, {4, 3}).ok());
  CHECK(absl::IsInvalidArgument(CheckLabeled(labels, {4, 2})));
  CHECK(absl::IsInvalidArgument(CheckLabeled(labels, {5, 3})));
  CHECK(LabelsAmong(labels, {4, 3}) == labels);
  CHECK(LabelsAmong(labels, {4}) == VersionLabels{.canary = labels.canary});
  CHECK(LabelsAmong(labels, {3}) == VersionLabels{.stable = 3});
}

TEST_CASE("stable is the pinned version, else the newest that is not the canary") {
  const Versions versions = {5, 4, 3, 2};
  const CanaryLabel canary{5, 0.1};
  CHECK(StableCandidates({}, versions, 3) == Versions{5, 4, 3, 2});
  CHECK(StableCandidates({.canary = canary}, versions, 3) == Versions{4, 3, 2, 5});
  CHECK(StableCandidates({.stable = 2}, versions, 4) == Versions{2, 4, 5, 3});
  CHECK(StableCandidates({.stable = 2, .canary = canary}, versions, 5) == Versions{2, 5, 4, 3});
  CHECK(StableCandidates({.stable = 2}, versions, 0) == Versions{2, 5, 4, 3});
  CHECK(StableCandidates({.stable = 2}, versions, 9) == Versions{2, 5, 4, 3});
}

}  // namespace clientele::inference
