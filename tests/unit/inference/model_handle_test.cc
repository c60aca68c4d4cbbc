#include "common/inference/versions/model_handle.h"

#include <catch2/matchers/catch_matchers_string.hpp>

#include "common/crypto/digest.h"
#include "common/inference/model_runner.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/inference/text_file.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using clientele::testing::TemporaryFolder;
using testing::ReadText;
using testing::Resign;
using testing::TinyEncoderInputs;
using testing::WriteText;
using testing::WriteTinyEncoder;

struct HandleFixture {
  std::unique_ptr<ModelHandle<LoadedModel>> Open(
      BundleLimits limits = {}, model::v1::Task task = model::v1::TASK_TEXT_ENCODER) {
    return ModelHandle<LoadedModel>::Create(
               {.model_dir = folder.path(),
                .name = "tiny-encoder",
                .task = task,
                .public_key = key.public_key(),
                .runners = TorchScriptRunner::Load,
                .refresh_interval = absl::ZeroDuration(),
                .limits = limits,
                .on_change = [this](const VersionReport& report) { changes.push_back(report); }})
        .value();
  }
  fs::path Write(const std::string& version, int seed = 1) {
    return WriteTinyEncoder(folder.path(), version, key, seed).value();
  }

  TemporaryFolder folder;
  crypto::SigningKey key = crypto::SigningKey::Generate();
  std::vector<VersionReport> changes;
};

VersionReport ReportOf(const ModelHandle<LoadedModel>& handle, const std::string& version) {
  for (const VersionReport& report : handle.Versions()) {
    if (report.version == version) return report;
  }
  return {"", VersionState::kFound, "no report"};
}

}  // namespace

TEST_CASE("a good bundle serves as soon as the handle exists") {
  HandleFixture f;
  f.Write("7");
  const auto handle = f.Open();
  const auto model = handle->Current();
  REQUIRE(model != nullptr);
  CHECK(model->id() == "tiny-encoder/7");
  CHECK(model->manifest().limits().max_tokens() == testing::kMaxTokens);
  CHECK(model->ReadFile("items.json").value() == "[\"a\",\"b\"]");
  CHECK(absl::IsNotFound(model->ReadFile("bundle.json").status()));
  CHECK(absl::IsNotFound(model->ReadFile("../7/items.json").status()));

  const auto outputs = model->runner().Run("forward", TinyEncoderInputs());
  REQUIRE(outputs.ok());
  CHECK((*outputs)[0].sizes() == at::IntArrayRef({2, testing::kDimension}));
  CHECK(handle->Refresh().ok());
  CHECK(ReportOf(*handle, "7").state == VersionState::kServing);
}

TEST_CASE("without a bundle nothing serves, and the next iteration finds one") {
  HandleFixture f;
  const auto handle = f.Open();
  CHECK(handle->Current() == nullptr);
  const absl::Status status = handle->Refresh();
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "MODEL_UNAVAILABLE");
  f.Write("1");
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current() != nullptr);
}

TEST_CASE("a version that does not serve is opened for who asks, and nothing else changes") {
  HandleFixture f;
  f.Write("1", 1);
  f.Write("2", 2);
  const auto handle = f.Open();
  REQUIRE(handle->Current()->id() == "tiny-encoder/2");
  const std::size_t told = f.changes.size();
  const auto old = handle->Open(1);
  INFO(old.status());
  REQUIRE(old.ok());
  CHECK((*old)->id() == "tiny-encoder/1");
  CHECK(handle->Current()->id() == "tiny-encoder/2");
  CHECK(ReportOf(*handle, "1").state == VersionState::kFound);
  CHECK(f.changes.size() == told);
  CHECK(absl::IsNotFound(handle->Open(3).status()));
  CHECK(absl::IsNotFound(handle->Open(0).status()));
  WriteText(f.folder.path() / "tiny-encoder" / "1" / "items.json", "[]");
  CHECK_FALSE(handle->Open(1).ok());
}

TEST_CASE("impossible options are refused") {
  HandleFixture f;
  const auto create = [&](const std::string& name, model::v1::Task task) {
    return ModelHandle<LoadedModel>::Create({.model_dir = f.folder.path(),
                                             .name = name,
                                             .task = task,
                                             .public_key = f.key.public_key(),
                                             .runners = TorchScriptRunner::Load,
                                             .refresh_interval = absl::ZeroDuration()})
        .status();
  };
  CHECK(absl::IsInvalidArgument(create("../other", model::v1::TASK_RANKER)));
  CHECK(absl::IsInvalidArgument(create("", model::v1::TASK_RANKER)));
  CHECK(absl::IsInvalidArgument(create("ranker", model::v1::TASK_UNSPECIFIED)));
  CHECK(absl::IsInvalidArgument(ModelHandle<LoadedModel>::Create(
                                    {.model_dir = "x", .name = "x", .task = model::v1::TASK_RANKER})
                                    .status()));
}

TEST_CASE("the newest version by number wins, not by text") {
  HandleFixture f;
  f.Write("9");
  f.Write("10");
  const auto handle = f.Open();
  CHECK(handle->Current()->id() == "tiny-encoder/10");
  CHECK(ReportOf(*handle, "9").state == VersionState::kFound);
}

TEST_CASE("a newer version is swapped in, and the old one is freed after its last user") {
  HandleFixture f;
  f.Write("1", 1);
  const auto handle = f.Open();
  auto user = handle->Current();
  const std::weak_ptr<const LoadedModel> old = user;

  f.Write("2", 2);
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current()->id() == "tiny-encoder/2");
  CHECK(ReportOf(*handle, "1").state == VersionState::kFound);
  CHECK(user->runner().Run("forward", TinyEncoderInputs()).ok());
  REQUIRE_FALSE(old.expired());
  user.reset();
  CHECK(old.expired());
}

TEST_CASE("a bad newer version is reported and the old one goes on serving") {
  HandleFixture f;
  f.Write("1");
  BundleLimits limits;
  model::v1::Task task = model::v1::TASK_TEXT_ENCODER;
  std::string reason;
  const auto bad = f.Write("2", 2);

  SECTION("a file with another hash") {
    WriteText(bad / "items.json", "[\"a\",\"X\"]");
    reason = "items.json does not have the SHA-256";
  }
  SECTION("a file of another size") {
    WriteText(bad / "items.json", "[]");
    reason = "items.json has 2 bytes";
  }
  SECTION("a manifest changed after it was signed") {
    WriteText(bad / "bundle.json", ReadText(bad / "bundle.json") + " ");
    reason = "bundle.sig does not hold";
  }
  SECTION("a signature of another key") {
    WriteText(bad / "bundle.sig",
              crypto::SigningKey::Generate().Sign(ReadText(bad / "bundle.json")));
    reason = "bundle.sig does not hold";
  }
  SECTION("a truncated signature") {
    WriteText(bad / "bundle.sig", "short");
    reason = "bundle.sig does not hold";
  }
  SECTION("no signature") {
    fs::remove(bad / "bundle.sig");
    reason = "bundle.sig is missing";
  }
  SECTION("no manifest") {
    fs::remove(bad / "bundle.json");
    reason = "bundle.json is missing";
  }
  SECTION("no model.pt") {
    fs::remove(bad / "model.pt");
    reason = "model.pt is listed in bundle.json but missing";
  }
  SECTION("a corrupt model.pt") {
    std::string model = ReadText(bad / "model.pt");
    model[model.size() / 2] = static_cast<char>(model[model.size() / 2] ^ 0x55);
    WriteText(bad / "model.pt", model);
    reason = "model.pt does not have the SHA-256";
  }
  SECTION("a signed model.pt that is no TorchScript") {
    WriteText(bad / "model.pt", "PK not a model");
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      manifest.mutable_files(0)->set_size(14);
      manifest.mutable_files(0)->set_sha256(crypto::Sha256Hex("PK not a model"));
    });
    reason = "model.pt is not a TorchScript module";
  }
  SECTION("golden examples that come out differently") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      float& value = (*manifest.mutable_golden()->mutable_outputs(0)->mutable_floats())[0];
      value += 0.01f;
    });
    reason = "golden output 0 is off by";
  }
  SECTION("golden examples of another shape") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      manifest.mutable_golden()->mutable_outputs(0)->add_shape(1);
    });
    reason = "golden output 0 has another shape";
  }
  SECTION("no golden examples") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) { manifest.clear_golden(); });
    reason = "golden.tolerance";
  }
  SECTION("a listed path that climbs out of the folder") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      manifest.mutable_files(1)->set_path("../1/items.json");
    });
    reason = "files[1].path";
  }
  SECTION("a listed absolute path") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      manifest.mutable_files(1)->set_path("/etc/hostname");
    });
    reason = "files[1].path";
  }
  SECTION("a symbolic link out of the folder") {
    fs::remove(bad / "items.json");
    fs::create_symlink(f.folder.path() / "tiny-encoder/1/items.json", bad / "items.json");
    reason = "items.json is a link out of the folder";
  }
  SECTION("an oversized manifest") {
    limits.max_manifest_bytes = static_cast<std::int64_t>(fs::file_size(bad / "bundle.json")) + 99;
    WriteText(bad / "bundle.json", ReadText(bad / "bundle.json") + std::string(100, ' '));
    reason = "bundle.json has";
  }
  SECTION("too many files") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      for (int i = 0; i < 300; ++i) {
        *manifest.add_files() = manifest.files(1);
      }
    });
    reason = "more than 256 files";
  }
  SECTION("a manifest with unknown fields") {
    const std::string json = R"({"name": "tiny-encoder", "version": "2", "surprise": 1})";
    WriteText(bad / "bundle.json", json);
    WriteText(bad / "bundle.sig", f.key.Sign(json));
    reason = "surprise";
  }
  SECTION("a manifest of another version") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) { manifest.set_version("3"); });
    reason = "version: must be digits";
  }
  SECTION("a bundle of another task") {
    Resign(bad, f.key, [](model::v1::Bundle& manifest) {
      manifest.set_task(model::v1::TASK_RANKER);
      manifest.mutable_inputs()->RemoveLast();
      manifest.mutable_inputs(0)->set_dtype(model::v1::DATA_TYPE_FLOAT32);
      manifest.mutable_outputs(0)->mutable_shape()->RemoveLast();
      manifest.mutable_golden()->mutable_inputs()->RemoveLast();
    });
    reason = "TASK_RANKER, a TASK_TEXT_ENCODER is wanted";
  }

  const auto handle = f.Open(limits, task);
  REQUIRE(handle->Current() != nullptr);
  CHECK(handle->Current()->id() == "tiny-encoder/1");
  CHECK(handle->Current()->runner().Run("forward", TinyEncoderInputs()).ok());
  CHECK(ReportOf(*handle, "1").state == VersionState::kServing);
  CHECK(ReportOf(*handle, "2").state == VersionState::kRejected);
  CHECK_THAT(ReportOf(*handle, "2").reason, ContainsSubstring(reason));
  // Operators read it in logs: it says nothing about where the folder is.
  CHECK_THAT(ReportOf(*handle, "2").reason, !ContainsSubstring(f.folder.path().string()));
  const absl::Status status = handle->Refresh();
  CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(std::string(status.message()), ContainsSubstring("tiny-encoder/2 is rejected"));
}

TEST_CASE("a table smaller than the tokenizer's range is found before a request finds it") {
  HandleFixture f;
  const auto dir = f.Write("1");
  Resign(dir, f.key, [](model::v1::Bundle& manifest) {
    manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_buckets(testing::kBuckets + 1);
  });
  const auto handle = f.Open();
  CHECK(handle->Current() == nullptr);
  CHECK_THAT(ReportOf(*handle, "1").reason, ContainsSubstring("does not run on a batch"));
}

TEST_CASE("a rejected version is tried again only when its files change") {
  HandleFixture f;
  f.Write("1");
  const auto bad = f.Write("2", 2);
  const std::string items = ReadText(bad / "items.json");
  WriteText(bad / "items.json", "[\"a\",\"X\"]");
  const auto handle = f.Open();
  REQUIRE(f.changes.size() == 2);  // 2 rejected, 1 serving
  CHECK(handle->Refresh().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(f.changes.size() == 2);

  WriteText(bad / "items.json", items);
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current()->id() == "tiny-encoder/2");
  CHECK(f.changes.size() == 3);
}

TEST_CASE("removing the version that serves goes back to the newest one left") {
  HandleFixture f;
  f.Write("1");
  f.Write("2", 2);
  const auto handle = f.Open();
  fs::remove_all(f.folder.path() / "tiny-encoder/2");
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current()->id() == "tiny-encoder/1");
  CHECK(handle->Versions().size() == 2);
  CHECK(handle->Refresh().ok());
  CHECK(handle->Versions().size() == 1);
}

TEST_CASE("an empty or missing model folder changes nothing") {
  HandleFixture f;
  f.Write("1");
  const auto handle = f.Open();
  fs::remove_all(f.folder.path() / "tiny-encoder");
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current()->id() == "tiny-encoder/1");
}

TEST_CASE("damage to the version that serves does not stop it") {
  HandleFixture f;
  const auto dir = f.Write("1");
  const auto handle = f.Open();
  WriteText(dir / "model.pt", "gone");
  CHECK_FALSE(handle->Refresh().ok());
  CHECK(handle->Current()->runner().Run("forward", TinyEncoderInputs()).ok());
  CHECK(ReportOf(*handle, "1").state == VersionState::kServing);
  CHECK_THAT(ReportOf(*handle, "1").reason, ContainsSubstring("its files changed"));
  WriteText(dir / "items.json", "[]");
  CHECK(absl::IsDataLoss(handle->Current()->ReadFile("items.json").status()));
}

TEST_CASE("folders that are no versions are not looked at") {
  HandleFixture f;
  f.Write("1");
  for (const char* name : {".2.AbCdEf", "02", "latest", "3x", "99999999999999999999"}) {
    fs::create_directories(f.folder.path() / "tiny-encoder" / name);
  }
  const auto handle = f.Open();
  CHECK(handle->Current()->id() == "tiny-encoder/1");
  CHECK(handle->Versions().size() == 1);
}

TEST_CASE("the background thread ends with its handle") {
  HandleFixture f;
  f.Write("1");
  const auto handle = ModelHandle<LoadedModel>::Create({.model_dir = f.folder.path(),
                                                        .name = "tiny-encoder",
                                                        .task = model::v1::TASK_TEXT_ENCODER,
                                                        .public_key = f.key.public_key(),
                                                        .runners = TorchScriptRunner::Load,
                                                        .refresh_interval = absl::Hours(24)});
  REQUIRE(handle.ok());
  CHECK((*handle)->Current() != nullptr);
}

// What a task makes of a version.
struct TinyServable {
  std::shared_ptr<const LoadedModel> model;
  int opened = 0;
};

TEST_CASE("what serves is what the task made of the version, once, before it serves") {
  HandleFixture f;
  f.Write("1");
  int opened = 0;
  const auto handle =
      ModelHandle<TinyServable>::Create(
          {.model_dir = f.folder.path(),
           .name = "tiny-encoder",
           .task = model::v1::TASK_TEXT_ENCODER,
           .public_key = f.key.public_key(),
           .runners = TorchScriptRunner::Load,
           .refresh_interval = absl::ZeroDuration()},
          [&](std::shared_ptr<const LoadedModel> model)
              -> absl::StatusOr<std::shared_ptr<const TinyServable>> {
            ++opened;
            return std::make_shared<const TinyServable>(TinyServable{std::move(model), opened});
          })
          .value();
  CHECK(opened == 1);
  CHECK(handle->Refresh().ok());
  const auto serving = handle->Current();
  REQUIRE(serving != nullptr);
  CHECK(serving->model->id() == "tiny-encoder/1");
  CHECK(handle->Choose("anybody") == serving);
  CHECK(opened == 1);

  f.Write("2", 2);
  CHECK(handle->Refresh().ok());
  CHECK(handle->Current()->model->id() == "tiny-encoder/2");
  CHECK(handle->Current()->opened == 2);
  CHECK(serving->model->runner().Run("forward", TinyEncoderInputs()).ok());
}

TEST_CASE("a version that its task refuses is rejected with the reason, and the old one goes on") {
  HandleFixture f;
  f.Write("1");
  std::vector<VersionReport> changes;
  int tries = 0;
  const auto handle =
      ModelHandle<TinyServable>::Create(
          {.model_dir = f.folder.path(),
           .name = "tiny-encoder",
           .task = model::v1::TASK_TEXT_ENCODER,
           .public_key = f.key.public_key(),
           .runners = TorchScriptRunner::Load,
           .refresh_interval = absl::ZeroDuration(),
           .on_change = [&](const VersionReport& report) { changes.push_back(report); }},
          [&](std::shared_ptr<const LoadedModel> model)
              -> absl::StatusOr<std::shared_ptr<const TinyServable>> {
            ++tries;
            if (model->id() == "tiny-encoder/2") {
              return absl::FailedPreconditionError("it takes 3 features, not 4");
            }
            return std::make_shared<const TinyServable>(TinyServable{std::move(model)});
          })
          .value();
  f.Write("2", 2);
  const absl::Status refresh = handle->Refresh();
  CHECK(absl::IsFailedPrecondition(refresh));
  CHECK_THAT(std::string(refresh.message()),
             ContainsSubstring("tiny-encoder/2 is rejected: it takes 3 features, not 4"));
  CHECK(handle->Current()->model->id() == "tiny-encoder/1");
  CHECK(handle->Versions()[0].state == VersionState::kRejected);
  CHECK(handle->Versions()[0].reason == "it takes 3 features, not 4");
  CHECK(changes.back().version == "2");
  CHECK(changes.back().reason == "it takes 3 features, not 4");

  // Not again until its files change.
  CHECK(tries == 2);
  CHECK_FALSE(handle->Refresh().ok());
  CHECK(tries == 2);
}

TEST_CASE("a handle without a runtime or an opener is refused") {
  HandleFixture f;
  ModelHandleOptions options = {.model_dir = f.folder.path(),
                                .name = "tiny-encoder",
                                .task = model::v1::TASK_TEXT_ENCODER,
                                .public_key = f.key.public_key(),
                                .refresh_interval = absl::ZeroDuration()};
  CHECK(absl::IsInvalidArgument(ModelHandle<LoadedModel>::Create(options).status()));
  options.runners = TorchScriptRunner::Load;
  CHECK(ModelHandle<LoadedModel>::Create(options).ok());
  CHECK(absl::IsInvalidArgument(ModelHandle<TinyServable>::Create(options, nullptr).status()));
}

}  // namespace clientele::inference
