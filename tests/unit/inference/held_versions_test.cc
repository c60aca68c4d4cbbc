// A handle that holds upgrades: what waits, and what is let in.

#include <memory>
#include <string>

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

struct HeldFixture {
  explicit HeldFixture(int versions) {
    for (int version = 1; version <= versions; ++version) Write(version);
    handle = ModelHandle<TextEncoderModel>::Create({.model_dir = folder.path(),
                                                    .name = "tiny-encoder",
                                                    .task = model::v1::TASK_TEXT_ENCODER,
                                                    .public_key = key.public_key(),
                                                    .runners = TorchScriptRunner::Load,
                                                    .refresh_interval = absl::ZeroDuration(),
                                                    .hold = true})
                 .value();
  }
  void Write(int version) {
    testing::WriteTinyEncoder(folder.path(), std::to_string(version), key, version).value();
  }
  void Remove(int version) { fs::remove_all(VersionFolder(version)); }
  fs::path VersionFolder(int version) const {
    return folder.path() / "tiny-encoder" / std::to_string(version);
  }
  void Refresh() { handle->Refresh().IgnoreError(); }
  // "stable/candidate", versions or "-".
  std::string Roles() const {
    const auto version = [](const std::shared_ptr<const TextEncoderModel>& model) {
      return model == nullptr ? std::string("-") : model->id().substr(model->id().find('/') + 1);
    };
    return version(handle->Current()) + "/" + version(handle->Candidate());
  }
  VersionReport Report(const std::string& version) const {
    for (const VersionReport& report : handle->Versions()) {
      if (report.version == version) return report;
    }
    return {};
  }

  clientele::testing::TemporaryFolder folder;
  crypto::SigningKey key = crypto::SigningKey::Generate();
  std::unique_ptr<ModelHandle<TextEncoderModel>> handle;
};

}  // namespace

TEST_CASE("a held version waits until it is admitted, also the first one") {
  HeldFixture f(1);
  CHECK(f.Roles() == "-/1");
  CHECK(f.Report("1").state == VersionState::kWaiting);
  CHECK_FALSE(f.handle->CheckServing().ok());
  f.handle->Admit(1);
  CHECK(f.Roles() == "1/-");
  CHECK(f.Report("1").state == VersionState::kServing);
}

TEST_CASE("what is admitted before it is found serves as soon as it is there") {
  HeldFixture f(0);
  f.handle->Admit(2);
  f.Write(1);
  f.Refresh();
  CHECK(f.Roles() == "-/1");
  f.Write(2);
  f.Refresh();
  CHECK(f.Roles() == "2/-");
  CHECK(f.Report("1").state == VersionState::kFound);
}

TEST_CASE("a start with an older version admitted serves it and holds the newer one") {
  HeldFixture f(3);
  f.handle->Admit(1);
  CHECK(f.Roles() == "1/3");
  CHECK(f.Report("2").state == VersionState::kFound);
}

TEST_CASE("a newer version waits as it lies in memory, and the old one stays until its release") {
  HeldFixture f(1);
  f.handle->Admit(1);
  f.Write(2);
  f.Refresh();
  CHECK(f.Roles() == "1/2");
  const auto waiting = f.handle->Candidate();
  f.Refresh();
  CHECK(f.handle->Candidate() == waiting);
  CHECK(f.handle->Loaded().size() == 2);

  std::weak_ptr<const TextEncoderModel> old = f.handle->Current();
  f.handle->Admit(2);
  CHECK(f.handle->Current() == waiting);
  CHECK(f.Report("1").state == VersionState::kFound);
  REQUIRE(f.handle->Loaded().size() == 2);
  CHECK(f.handle->Loaded()[1]->id() == "tiny-encoder/1");
  // Another one in between: what is still needed is the first.
  f.Write(3);
  f.Refresh();
  f.handle->Admit(3);
  CHECK(f.Roles() == "3/-");
  REQUIRE(f.handle->Loaded().size() == 2);
  CHECK(f.handle->Loaded()[1]->id() == "tiny-encoder/1");
  CHECK_FALSE(old.expired());
  f.handle->Release();
  CHECK(old.expired());
}

TEST_CASE("a refused version is rejected with its reason, and the next one waits") {
  HeldFixture f(1);
  f.handle->Admit(1);
  f.Write(2);
  f.Write(3);
  f.Refresh();
  CHECK(f.Roles() == "1/3");
  f.handle->Refuse(2, "not this one");  // it does not wait
  CHECK(f.Roles() == "1/3");
  f.handle->Refuse(3, "answers worse");
  CHECK(f.Roles() == "1/-");
  CHECK(f.Report("3").state == VersionState::kRejected);
  CHECK(f.Report("3").reason == "answers worse");
  CHECK_THAT(std::string(f.handle->Refresh().message()), ContainsSubstring("answers worse"));
  CHECK(f.Roles() == "1/2");
  f.handle->Reconsider(3);
  f.Refresh();
  CHECK(f.Roles() == "1/3");
}

TEST_CASE("a bad version neither waits nor hides the one behind it") {
  HeldFixture f(0);
  for (int version = 1; version <= 3; ++version) f.Write(version);
  testing::WriteText(f.VersionFolder(3) / "items.json", "damaged");
  f.Refresh();
  CHECK(f.Roles() == "-/2");
  CHECK(f.Report("3").state == VersionState::kRejected);
  f.handle->Admit(1);
  CHECK(f.Roles() == "1/2");
}

TEST_CASE("who goes back to an older version has it wait as the candidate") {
  HeldFixture f(2);
  f.handle->Admit(2);
  CHECK(f.Roles() == "2/-");
  SECTION("by its label") {
    testing::WriteText(f.folder.path() / "tiny-encoder" / "labels.json", R"({"stable": "1"})");
    f.Refresh();
    CHECK(f.Roles() == "2/1");
    f.handle->Admit(1);
    CHECK(f.Roles() == "1/-");
    fs::remove(f.folder.path() / "tiny-encoder" / "labels.json");
    f.Refresh();
    CHECK(f.Roles() == "1/2");
  }
  SECTION("by removing the other's folder") {
    f.Remove(2);
    f.Refresh();
    CHECK(f.Roles() == "2/1");  // what serves lies in memory
    f.handle->Admit(1);
    CHECK(f.Roles() == "1/-");
  }
}

TEST_CASE("a candidate whose folder is removed waits no longer") {
  HeldFixture f(1);
  f.handle->Admit(1);
  f.Write(2);
  f.Refresh();
  f.Remove(2);
  f.Refresh();
  CHECK(f.Roles() == "1/-");
  CHECK(f.handle->Loaded().size() == 1);
}

TEST_CASE("texts are encoded by the version that is named, while it is in memory") {
  HeldFixture f(1);
  f.handle->Admit(1);
  f.Write(2);
  f.Refresh();
  const auto encoder = TextEncoder::Create({.handle = f.handle.get(), .run_inline = true}).value();
  CHECK(encoder->model_id() == "tiny-encoder/1");
  CHECK(encoder->candidate_id() == "tiny-encoder/2");
  const RequestContext context;
  const std::vector<std::string> texts = {"red shoes"};
  CHECK(encoder->EncodeBy(context, "tiny-encoder/2", texts)->model_id == "tiny-encoder/2");
  CHECK(encoder->EncodeBy(context, "tiny-encoder/1", texts)->model_id == "tiny-encoder/1");
  CHECK(encoder->EncodeBy(context, "tiny-encoder/7", texts)->model_id == "tiny-encoder/1");
  CHECK(encoder->EncodeWithId(context, texts)->model_id == "tiny-encoder/1");
  CHECK(encoder->CanEncodeBy("tiny-encoder/2"));
  CHECK_FALSE(encoder->CanEncodeBy("tiny-encoder/7"));
  f.handle->Admit(2);
  CHECK(encoder->EncodeBy(context, "tiny-encoder/1", texts)->model_id == "tiny-encoder/1");
  f.handle->Release();
  CHECK(encoder->EncodeBy(context, "tiny-encoder/1", texts)->model_id == "tiny-encoder/2");
}

}  // namespace clientele::inference
