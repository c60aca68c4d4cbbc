#include "common/inference/torchscript/bundle_writer.h"

#include <chrono>
#include <thread>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/inference/versions/model_handle.h"
#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;
using testing::ReadText;
using testing::TinyEncoder;
using testing::TinyEncoderInputs;
using testing::TinyEncoderManifest;
using testing::WriteText;

std::size_t EntriesOf(const fs::path& dir) {
  if (!fs::exists(dir)) return 0;
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(dir), {}));
}

}  // namespace

TEST_CASE("what is written opens, and says what it holds") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  const auto dir =
      WriteBundle({.model_dir = folder.path() / "new"}, TinyEncoder(), TinyEncoderManifest("12"),
                  {{"vocabulary/words.txt", "shoe\n"}}, TinyEncoderInputs(), key);
  REQUIRE(dir.ok());
  CHECK(*dir == folder.path() / "new/tiny-encoder/12");
  CHECK(EntriesOf(folder.path() / "new/tiny-encoder") == 1);  // nothing is left beside it

  const auto bundle = ModelBundle::Open(*dir, key.public_key());
  REQUIRE(bundle.ok());
  CHECK(bundle->id() == "tiny-encoder/12");
  CHECK(bundle->manifest().files_size() == 2);
  CHECK(bundle->manifest().has_create_time());
  CHECK(bundle->manifest().golden().outputs(0).floats_size() == 2 * testing::kDimension);
  CHECK(bundle->ReadFile("vocabulary/words.txt").value() == "shoe\n");
  CHECK(VerifyBundle(*dir, key.public_key()).ok());
  CHECK(VerifyBundle(*dir / "", key.public_key()).ok());
}

TEST_CASE("what a writer left that died long ago is removed, and no other's work") {
  TemporaryFolder folder;
  const fs::path parent = folder.path() / "tiny-encoder";
  for (const char* name : {".7.abandon", ".8.atwork1", ".notes"}) {
    fs::create_directories(parent / name / "tiny-encoder");
  }
  const auto days_ago = fs::file_time_type::clock::now() - std::chrono::hours(48);
  fs::last_write_time(parent / ".7.abandon", days_ago);
  fs::last_write_time(parent / ".notes", days_ago);
  const auto key = crypto::SigningKey::Generate();
  REQUIRE(WriteBundle({.model_dir = folder.path()}, TinyEncoder(), TinyEncoderManifest("12"), {},
                      TinyEncoderInputs(), key)
              .ok());
  CHECK_FALSE(fs::exists(parent / ".7.abandon"));
  CHECK(fs::exists(parent / ".8.atwork1"));
  CHECK(fs::exists(parent / ".notes"));
}

TEST_CASE("the same module and manifest give the same bytes") {
  const auto key = crypto::SigningKey::Generate();
  std::string manifests[2];
  for (std::string& json : manifests) {
    TemporaryFolder folder;
    model::v1::Bundle manifest = TinyEncoderManifest();
    manifest.mutable_create_time()->set_seconds(1'700'000'000);
    for (int i = 0; i < 20; ++i) (*manifest.mutable_settings())[std::to_string(i)] = "x";
    const auto dir = WriteBundle({.model_dir = folder.path()}, TinyEncoder(), manifest, {},
                                 TinyEncoderInputs(), key);
    json = ReadText(dir.value() / "bundle.json");
  }
  CHECK(manifests[0] == manifests[1]);
}

TEST_CASE("an existing version is never overwritten") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  const auto dir = testing::WriteTinyEncoder(folder.path(), "1", key, 1).value();
  const std::string manifest = ReadText(dir / "bundle.json");
  CHECK(absl::IsAlreadyExists(testing::WriteTinyEncoder(folder.path(), "1", key, 2).status()));
  CHECK(ReadText(dir / "bundle.json") == manifest);
}

TEST_CASE("of two writers of one version exactly one wins") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  absl::Status results[2];
  std::thread other(
      [&] { results[0] = testing::WriteTinyEncoder(folder.path(), "1", key, 1).status(); });
  results[1] = testing::WriteTinyEncoder(folder.path(), "1", key, 2).status();
  other.join();
  CHECK(results[0].ok() != results[1].ok());
  CHECK(absl::IsAlreadyExists(results[0].ok() ? results[1] : results[0]));
  CHECK(EntriesOf(folder.path() / "tiny-encoder") == 1);
  CHECK(VerifyBundle(folder.path() / "tiny-encoder/1", key.public_key()).ok());
}

TEST_CASE("a bundle that would be rejected is not written") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  model::v1::Bundle manifest = TinyEncoderManifest();
  std::vector<BundleFile> files;
  std::vector<at::Tensor> inputs = TinyEncoderInputs();

  SECTION("bad name") { manifest.set_name("Tiny Encoder"); }
  SECTION("bad version") { manifest.set_version("1.0"); }
  SECTION("no task") { manifest.clear_task(); }
  SECTION("no tokenizer") { manifest.clear_tokenizer(); }
  SECTION("no token limit") { manifest.mutable_limits()->clear_max_tokens(); }
  SECTION("a missing input spec") { manifest.mutable_inputs()->RemoveLast(); }
  SECTION("an output of unknown length") { manifest.mutable_outputs(0)->set_shape(1, -1); }
  SECTION("golden inputs that do not fit") { inputs.pop_back(); }
  SECTION("golden ids out of range") { inputs[0] = at::full({2, 3}, 101, at::kLong); }
  SECTION("a tolerance that proves nothing") { manifest.mutable_golden()->set_tolerance(1); }
  SECTION("a path that leaves the folder") { files.push_back({"../items.json", ""}); }
  SECTION("a path that hides the manifest") { files.push_back({"bundle.json", "{}"}); }
  SECTION("a file given twice") { files = {{"a", "1"}, {"a", "2"}}; }

  const auto dir =
      WriteBundle({.model_dir = folder.path()}, TinyEncoder(), manifest, files, inputs, key);
  CHECK(absl::IsInvalidArgument(dir.status()));
  CHECK(EntriesOf(folder.path()) == 0);
}

TEST_CASE("golden examples are bounded") {
  TemporaryFolder folder;
  model::v1::Bundle manifest = testing::TinyRankerManifest();
  manifest.mutable_limits()->set_max_batch_rows(0);
  const auto dir =
      WriteBundle({.model_dir = folder.path()},
                  testing::TinyModule("def forward(self, x):\n    return x.sum(1)\n"), manifest, {},
                  {at::ones({500'000, 2})}, crypto::SigningKey::Generate());
  CHECK(absl::IsInvalidArgument(dir.status()));
  CHECK(EntriesOf(folder.path()) == 0);
}

TEST_CASE("signing completes a folder that somebody put together by hand") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  const fs::path dir = folder.path() / "tiny-ranker/3";
  fs::create_directories(dir);
  testing::TinyModule("def forward(self, x):\n    return x.sum(1)\n")
      .save((dir / "model.pt").string());
  WriteText(dir / "bundle.json", R"({
    "task": "TASK_RANKER", "license": "Apache-2.0",
    "inputs": [{"name": "features", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]}],
    "outputs": [{"name": "scores", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1]}]})");
  WriteText(dir / "features.json", "[]");

  REQUIRE(SignBundle(dir, key).ok());
  const auto bundle = ModelBundle::Open(dir, key.public_key());
  REQUIRE(bundle.ok());
  CHECK(bundle->id() == "tiny-ranker/3");
  CHECK(bundle->ReadFile("features.json").ok());
  CHECK(EntriesOf(dir) == 4);

  SECTION("and again after a change") {
    WriteText(dir / "features.json", "[1]");
    CHECK_FALSE(VerifyBundle(dir, key.public_key()).ok());
    CHECK(SignBundle(dir, key).ok());
    CHECK(VerifyBundle(dir, key.public_key()).ok());
  }
}

TEST_CASE("a model of images of any size is signed and checked with small ones") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  const fs::path dir = folder.path() / "tiny-images/1";
  fs::create_directories(dir);
  testing::TinyModule(
      "def forward(self, x):\n    return torch.avg_pool2d(x, [8, 8]).mean([2, 3])\n")
      .save((dir / "model.pt").string());
  WriteText(dir / "bundle.json", R"({
    "task": "TASK_IMAGE_ENCODER",
    "inputs": [{"name": "pixels", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3, -1, -1]}],
    "outputs": [{"name": "features", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]}]})");
  REQUIRE(SignBundle(dir, key).ok());
  const auto handle = ModelHandle<LoadedModel>::Create({.model_dir = folder.path(),
                                                        .name = "tiny-images",
                                                        .task = model::v1::TASK_IMAGE_ENCODER,
                                                        .public_key = key.public_key(),
                                                        .runners = TorchScriptRunner::Load,
                                                        .refresh_interval = absl::ZeroDuration()});
  CHECK(handle.value()->Current() != nullptr);
}

TEST_CASE("signing refuses a folder without a model or with a wrong contract") {
  TemporaryFolder folder;
  const auto key = crypto::SigningKey::Generate();
  const fs::path dir = folder.path() / "tiny-ranker/3";
  fs::create_directories(dir);
  CHECK(absl::IsNotFound(SignBundle(dir, key)));
  CHECK_FALSE(SignBundle(folder.path() / "nothing/1", key).ok());
  WriteText(dir / "bundle.json", R"({"task": "TASK_RANKER"})");
  CHECK(absl::IsInvalidArgument(SignBundle(dir, key)));
  WriteText(dir / "bundle.json", R"({
    "task": "TASK_RANKER",
    "inputs": [{"name": "features", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]}],
    "outputs": [{"name": "scores", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1]}]})");
  CHECK(absl::IsDataLoss(SignBundle(dir, key)));
  CHECK_FALSE(fs::exists(dir / "bundle.sig"));
}

TEST_CASE("versions are numbers and paths stay inside") {
  CHECK(ParseVersion("1") == 1);
  CHECK(ParseVersion("999999999999999999") == 999'999'999'999'999'999);
  for (const char* text : {"", "0", "01", "1.0", "-1", "v1", "1000000000000000000", " 1"}) {
    CHECK_FALSE(ParseVersion(text).has_value());
  }
  for (const char* path : {"model.pt", "a/b.json", "..a", "a..", "\xe4\xb8\xad"}) {
    CHECK(IsBundleFilePath(path));
  }
  for (const char* path : {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "a\nb",
                           "bundle.json", "bundle.sig"}) {
    CHECK_FALSE(IsBundleFilePath(path));
  }
  CHECK_FALSE(IsBundleFilePath(std::string("a\0b", 3)));
  CHECK(IsBundleName("starter-text-encoder"));
  for (const char* name : {"", "A", "1a", "a b", "a/b", "..", "a.b"})
    CHECK_FALSE(IsBundleName(name));
}

}  // namespace clientele::inference
