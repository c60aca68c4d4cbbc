// How labels.json decides which version of a handle answers.

#include <map>
#include <string>

#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "common/inference/tasks/text_encoder.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/model_handle.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using clientele::testing::TemporaryFolder;
using testing::WriteText;

struct LabelsFixture {
  // Versions 1 to `versions`, all good.
  explicit LabelsFixture(int versions) {
    for (int version = 1; version <= versions; ++version) Write(version);
  }
  void Write(int version) {
    testing::WriteTinyEncoder(folder.path(), std::to_string(version), key, version).value();
  }
  void Break(int version) { WriteText(VersionFolder(version) / "items.json", "damaged"); }
  fs::path VersionFolder(int version) const {
    return folder.path() / "tiny-encoder" / std::to_string(version);
  }
  void Label(const std::string& json) { WriteText(labels, json); }
  template <typename Servable = LoadedModel>
  std::unique_ptr<ModelHandle<Servable>> Open() {
    return ModelHandle<Servable>::Create(
               {.model_dir = folder.path(),
                .name = "tiny-encoder",
                .task = model::v1::TASK_TEXT_ENCODER,
                .public_key = key.public_key(),
                .runners = TorchScriptRunner::Load,
                .refresh_interval = absl::ZeroDuration(),
                .on_change = [this](const VersionReport& report) { changes.push_back(report); },
                .on_labels = [this](const LabelsReport& report) { reports.push_back(report); }})
        .value();
  }

  TemporaryFolder folder;
  fs::path labels = folder.path() / "tiny-encoder" / "labels.json";
  crypto::SigningKey key = crypto::SigningKey::Generate();
  std::vector<VersionReport> changes;
  std::vector<LabelsReport> reports;
};

std::string Stable(const ModelHandle<LoadedModel>& handle) {
  const auto model = handle.Current();
  return model == nullptr ? "" : model->manifest().version();
}

// How many of `calls` calls each version gets; with keys, each call has another.
std::map<std::string, int> Traffic(const ModelHandle<LoadedModel>& handle, int calls, bool keys) {
  std::map<std::string, int> traffic;
  for (int i = 0; i < calls; ++i) {
    const auto model = handle.Choose(keys ? "customers/" + std::to_string(i) : "");
    ++traffic[model == nullptr ? "" : model->manifest().version()];
  }
  return traffic;
}

// "version state label" of each version, newest first.
std::string Summary(const ModelHandle<LoadedModel>& handle) {
  std::string text;
  for (const VersionReport& report : handle.Versions()) {
    const char* state = report.state == VersionState::kServing    ? "serving"
                        : report.state == VersionState::kRejected ? "rejected"
                                                                  : "found";
    text += report.version + " " + state + " " + report.label + ";";
  }
  return text;
}

using Counts = std::map<std::string, int>;

}  // namespace

TEST_CASE("without labels every call gets the newest version") {
  LabelsFixture f(2);
  const auto handle = f.Open();
  CHECK(Traffic(*handle, 100, true) == Counts{{"2", 100}});
  CHECK(Traffic(*handle, 100, false) == Counts{{"2", 100}});
  CHECK(Summary(*handle) == "2 serving stable;1 found ;");
  CHECK(f.reports.empty());
}

TEST_CASE("without a version nothing is chosen") {
  LabelsFixture f(0);
  CHECK(f.Open()->Choose("customers/1") == nullptr);
}

TEST_CASE("a canary takes its share, and each customer sees one version") {
  LabelsFixture f(2);
  f.Label(R"({"canary": {"version": "2", "share": 0.25}})");
  const auto handle = f.Open();
  CHECK(Stable(*handle) == "1");
  CHECK(Summary(*handle) == "2 serving canary;1 serving stable;");
  CHECK(Traffic(*handle, 1000, false) == Counts{{"1", 750}, {"2", 250}});
  auto keyed = Traffic(*handle, 4000, true);
  CHECK(keyed["2"] > 850);
  CHECK(keyed["2"] < 1150);

  const auto replica = f.Open();
  for (int i = 0; i < 100; ++i) {
    const std::string customer = "customers/" + std::to_string(i);
    const std::string id = handle->Choose(customer)->id();
    CHECK(handle->Choose(customer)->id() == id);
    CHECK(replica->Choose(customer)->id() == id);
  }
}

TEST_CASE("a share of 0 checks a canary without traffic, 1 gives it everything") {
  LabelsFixture f(2);
  f.Label(R"({"canary": {"version": "2", "share": 0}})");
  const auto handle = f.Open();
  CHECK(Summary(*handle) == "2 serving canary;1 serving stable;");
  CHECK(Traffic(*handle, 100, true) == Counts{{"1", 100}});
  CHECK(Traffic(*handle, 100, false) == Counts{{"1", 100}});
  f.Label(R"({"canary": {"version": "2", "share": 1}})");
  CHECK(handle->Refresh().ok());
  CHECK(Traffic(*handle, 100, true) == Counts{{"2", 100}});
  CHECK(Traffic(*handle, 100, false) == Counts{{"2", 100}});
  CHECK(Stable(*handle) == "1");
}

TEST_CASE("a canary is promoted as it lies in memory, and its label follows") {
  LabelsFixture f(2);
  f.Label(R"({"stable": "1", "canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  const auto canary = handle->Choose("x");
  REQUIRE(canary->manifest().version() == "2");
  f.changes.clear();
  f.Label(R"({"stable": "2"})");
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current() == canary);
  CHECK(Summary(*handle) == "2 serving stable;1 found ;");
  REQUIRE(f.changes.size() == 1);
  CHECK(f.changes[0].label == "stable");
}

TEST_CASE("stable and canary change places without loading again") {
  LabelsFixture f(2);
  f.Label(R"({"stable": "1", "canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  const auto one = handle->Current();
  const auto two = handle->Choose("x");
  f.Label(R"({"stable": "2", "canary": {"version": "1", "share": 1}})");
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current() == two);
  CHECK(handle->Choose("x") == one);
}

TEST_CASE("a new canary replaces the old one, and the old one is freed") {
  LabelsFixture f(3);
  f.Label(R"({"stable": "1", "canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  const std::weak_ptr<const LoadedModel> old = handle->Choose("x");
  f.Label(R"({"stable": "1", "canary": {"version": "3", "share": 1}})");
  CHECK(handle->Refresh().ok());
  CHECK(handle->Choose("x")->manifest().version() == "3");
  CHECK(old.expired());
}

TEST_CASE("a rejected canary takes no traffic while stable goes on") {
  LabelsFixture f(2);
  f.Break(2);
  f.Label(R"({"canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  CHECK(Traffic(*handle, 100, true) == Counts{{"1", 100}});
  CHECK(Summary(*handle) == "2 rejected canary;1 serving stable;");
  const absl::Status status = handle->Refresh();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK_THAT(std::string(status.message()), ContainsSubstring("tiny-encoder/2 is rejected"));
  CHECK(f.changes.size() == 2);
}

TEST_CASE("a rejected canary does not leave its traffic to the one before") {
  LabelsFixture f(3);
  f.Label(R"({"stable": "1", "canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  f.Break(3);
  f.Label(R"({"stable": "1", "canary": {"version": "3", "share": 1}})");
  CHECK(absl::IsFailedPrecondition(handle->Refresh()));
  CHECK(Traffic(*handle, 100, true) == Counts{{"1", 100}});
  CHECK(Summary(*handle) == "3 rejected canary;2 found ;1 serving stable;");
}

TEST_CASE("a canary whose folder is removed takes no more traffic and is freed") {
  LabelsFixture f(2);
  f.Label(R"({"canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  const std::weak_ptr<const LoadedModel> canary = handle->Choose("x");
  fs::remove_all(f.VersionFolder(2));
  CHECK(absl::IsFailedPrecondition(handle->Refresh()));
  CHECK(Traffic(*handle, 100, true) == Counts{{"1", 100}});
  CHECK(Stable(*handle) == "1");
  CHECK(canary.expired());
}

TEST_CASE("the only good version serves though it is labeled canary") {
  LabelsFixture f(1);
  f.Label(R"({"canary": {"version": "1", "share": 0.1}})");
  const auto handle = f.Open();
  CHECK(Traffic(*handle, 100, true) == Counts{{"1", 100}});
  CHECK(Summary(*handle) == "1 serving stable;");
}

TEST_CASE("pinning an older version rolls back, and removing the labels goes on") {
  LabelsFixture f(3);
  const auto handle = f.Open();
  CHECK(Stable(*handle) == "3");
  f.Label(R"({"stable": "1"})");
  CHECK(handle->Refresh().ok());
  CHECK(Stable(*handle) == "1");
  f.Write(4);
  CHECK(handle->Refresh().ok());
  CHECK(Stable(*handle) == "1");
  CHECK(Summary(*handle) == "4 found ;3 found ;2 found ;1 serving stable;");
  fs::remove(f.labels);
  CHECK(handle->Refresh().ok());
  CHECK(Stable(*handle) == "4");
  REQUIRE(f.reports.size() == 2);
  CHECK(f.reports[0].labels.stable == 1);
  CHECK(f.reports[1] == LabelsReport{});
}

TEST_CASE("a pin to a bad version leaves stable as it is") {
  LabelsFixture f(3);
  const auto handle = f.Open();
  f.Label(R"({"stable": "2"})");
  CHECK(handle->Refresh().ok());
  f.Break(1);
  f.Label(R"({"stable": "1"})");
  CHECK(absl::IsFailedPrecondition(handle->Refresh()));
  CHECK(absl::IsFailedPrecondition(handle->Refresh()));
  CHECK(Stable(*handle) == "2");
  CHECK(Summary(*handle) == "3 found ;2 serving stable;1 rejected stable;");
}

TEST_CASE("removing the folder of a pinned version goes back to the newest one left") {
  LabelsFixture f(3);
  f.Label(R"({"stable": "1"})");
  const auto handle = f.Open();
  fs::remove_all(f.VersionFolder(1));
  CHECK(absl::IsFailedPrecondition(handle->Refresh()));  // labels.json names no version
  CHECK(Stable(*handle) == "3");
  CHECK_THAT(handle->Labels().problem, ContainsSubstring("there is no version 1"));
}

TEST_CASE("labels with a mistake are reported once and change nothing") {
  LabelsFixture f(3);
  f.Label(R"({"stable": "1", "canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open();
  f.reports.clear();
  const std::string bad = GENERATE("{", R"({"stable": "9"})", R"({"stable": "3", "x": 1})",
                                   R"({"stable": "3", "canary": {"version": "2", "share": 2}})");
  f.Label(bad);
  for (int i = 0; i < 2; ++i) {
    CHECK(absl::IsFailedPrecondition(handle->Refresh()));
    CHECK(Stable(*handle) == "1");
    CHECK(handle->Choose("x")->manifest().version() == "2");
  }
  REQUIRE(f.reports.size() == 1);
  CHECK(f.reports[0].labels.stable == 1);
  CHECK_FALSE(f.reports[0].problem.empty());
  f.Label(R"({"stable": "3"})");
  CHECK(handle->Refresh().ok());
  CHECK(Stable(*handle) == "3");
  CHECK(handle->Choose("x")->manifest().version() == "3");
}

TEST_CASE("a start follows the labels that it can") {
  LabelsFixture f(3);
  f.Label(R"({"stable": "1", "canary": {"version": "9", "share": 0.5}})");
  const auto handle = f.Open();
  CHECK(Traffic(*handle, 100, true) == Counts{{"1", 100}});
  CHECK_THAT(handle->Labels().problem, ContainsSubstring("there is no version 9"));
}

TEST_CASE("a pinned version is found behind any number of newer ones") {
  LabelsFixture f(1);
  for (int version = 2; version <= 70; ++version) fs::create_directory(f.VersionFolder(version));
  f.Label(R"({"stable": "1"})");
  CHECK(Stable(*f.Open()) == "1");
}

TEST_CASE("texts are encoded by stable alone, whatever the canary's share") {
  LabelsFixture f(2);
  f.Label(R"({"canary": {"version": "2", "share": 1}})");
  const auto handle = f.Open<TextEncoderModel>();
  const auto encoder = TextEncoder::Create({.handle = handle.get(), .run_inline = true}).value();
  CHECK(encoder->EncodeWithId({}, {"red shoes"}).value().model_id == "tiny-encoder/1");
}

}  // namespace clientele::inference
