#include "tools/clientele-models/starter/starter_models.h"

#include <fstream>
#include <iterator>
#include <string>

#include "common/crypto/digest.h"
#include "common/crypto/signing.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/starter/text_file.h"

namespace clientele::starter {
namespace {

using clientele::testing::TemporaryFolder;

struct Workshop {
  TemporaryFolder folder;
  StarterOptions options;

  Workshop() {
    REQUIRE(crypto::GenerateSigningKeyFiles(folder.path() / "key", folder.path() / "pub").ok());
    std::string texts;
    for (int i = 0; i < 60; ++i) {
      texts +=
          "order " + std::to_string(i) + " has shipped\n商品" + std::to_string(i) + "可以退货\n";
    }
    options.texts = folder.Write("texts.txt", texts);
    options.signing_key_file = folder.path() / "key";
    options.model_dir = folder.path() / "models";
    options.dimensions = 8;
    options.buckets = 2048;
  }
};

TEST_CASE("the three bundles are signed and pass the checks of a service") {
  const Workshop shop;
  const absl::StatusOr<StarterReport> report = BuildStarterModels(shop.options);
  REQUIRE(report.ok());
  REQUIRE(report->bundles.size() == 3);
  CHECK(report->texts == 120);
  const crypto::PublicKey key = *crypto::PublicKey::FromFile(shop.folder.path() / "pub");
  for (const auto& bundle : report->bundles) {
    CHECK(inference::VerifyBundle(bundle, key).ok());
    const auto opened = inference::ModelBundle::Open(bundle, key);
    REQUIRE(opened.ok());
    CHECK(opened->manifest().architecture().substr(0, 8) == "starter-");
  }
  CHECK(
      std::filesystem::exists(shop.options.model_dir / "starter-text-encoder" / "1" / "model.pt"));
}

TEST_CASE("two runs give the same model bytes") {
  const Workshop shop;
  StarterOptions again = shop.options;
  again.model_dir = shop.folder.path() / "again";
  REQUIRE(BuildStarterModels(shop.options).ok());
  REQUIRE(BuildStarterModels(again).ok());
  for (const char* name :
       {"starter-text-encoder", "starter-image-encoder", "starter-profile-fuser"}) {
    const auto hash = [&](const std::filesystem::path& models) {
      return *crypto::Sha256HexOfFile(models / name / "1" / "model.pt");
    };
    CHECK(hash(shop.options.model_dir) == hash(again.model_dir));
  }
}

TEST_CASE("a version that exists is refused before any work") {
  const Workshop shop;
  std::filesystem::create_directories(shop.options.model_dir / "starter-profile-fuser" / "1");
  CHECK(BuildStarterModels(shop.options).status().code() == absl::StatusCode::kAlreadyExists);
  CHECK_FALSE(std::filesystem::exists(shop.options.model_dir / "starter-text-encoder"));
}

TEST_CASE("wrong options name their flag") {
  const Workshop shop;
  const auto message = [&](auto change) {
    StarterOptions options = shop.options;
    change(options);
    const absl::Status status = BuildStarterModels(options).status();
    CHECK_FALSE(status.ok());
    return std::string(status.message());
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(message([](auto& o) { o.dimensions = 1; }), "--dimensions"));
  CHECK(has(message([](auto& o) { o.buckets = 3; }), "--buckets"));
  CHECK(has(message([](auto& o) { o.version = "v1"; }), "--version"));
  CHECK(has(message([](auto& o) { o.texts = "/nonexistent"; }), "--texts"));
  CHECK(has(message([](auto& o) { o.signing_key_file = "/nonexistent"; }), "--signing_key"));
}

TEST_CASE("texts are normalized, each taken once, bad lines counted") {
  const TemporaryFolder folder;
  const auto path = folder.Write("t", "Hello  World\r\n\nhello world\n\xFF\nother\nthird");
  const TextFile file = *ReadTextFile(path, 2);
  CHECK(file.texts == std::vector<std::string>{"hello world", "other"});
  CHECK(file.repeated == 1);
  CHECK(file.invalid == 1);
  CHECK(ReadTextFile(folder.path() / "none", 2).status().code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace clientele::starter
