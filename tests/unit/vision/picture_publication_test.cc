#include "services/profile-service/training/vision/picture_publication.h"

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;

void PutPicture(const TemporaryFolder& folder, const std::string& picture, const std::string& to) {
  fs::create_directories((folder.path() / to).parent_path());
  fs::copy_file(clientele::testing::SourceDir() + "/tests/data/pictures/" + picture,
                folder.path() / to);
}

PictureBundleOptions SmallOptions(const TemporaryFolder& folder) {
  PictureBundleOptions options;
  options.folder = folder.path() / "photos";
  options.out = folder.path() / "models";
  options.name = "colors";
  options.version = "1";
  options.license = "CC0-1.0";
  options.recipe.side = 32;
  options.recipe.epochs = 12;
  options.recipe.average = 0;
  options.recipe.mixup = 0;
  options.recipe.batch = 4;
  options.recipe.stem = 4;
  options.recipe.learning_rate = 1e-2;
  options.recipe.augmentation = {.gray = 0, .erase = 0};
  return options;
}

TEST_CASE("a folder becomes a bundle that verifies, with what was measured and a card") {
  const TemporaryFolder folder;
  for (int i = 0; i < 12; ++i) {
    PutPicture(folder, "red.png", "photos/red/" + std::to_string(i) + ".png");
    PutPicture(folder, "blue.png", "photos/blue/" + std::to_string(i) + ".png");
  }
  PutPicture(folder, "red.png", "test/red/1.png");
  PutPicture(folder, "blue.png", "test/blue/1.png");
  folder.Write("photos/red/notes.txt", "no picture");
  PictureBundleOptions options = SmallOptions(folder);
  options.test_folder = folder.path() / "test";
  options.holdout = 0.25;
  options.data_notes = "Photos of our own, CC0.\n";
  std::string said;
  options.progress = [&](absl::string_view line) { said.append(std::string(line) + "\n"); };
  const auto published = TrainPictureBundle(options);
  INFO(published.status());
  REQUIRE(published.ok());
  CHECK(published->pictures == 18);
  CHECK(published->labels == 2);
  CHECK(published->metrics.at("accuracy") == Catch::Approx(1));
  CHECK(published->metrics.at("holdout_class_mean") == Catch::Approx(1));
  CHECK(absl::StrContains(said, "notes.txt"));
  REQUIRE(inference::VerifyUnsignedBundle(published->folder).ok());
  const auto bundle = inference::ModelBundle::OpenUnsigned(published->folder);
  REQUIRE(bundle.ok());
  const model::v1::Bundle& manifest = bundle->manifest();
  CHECK(manifest.task() == model::v1::TASK_IMAGE_ENCODER);
  CHECK(std::vector<std::string>(manifest.labels().begin(), manifest.labels().end()) ==
        std::vector<std::string>{"blue", "red"});
  CHECK(manifest.settings().at("picture_side") == "32");
  CHECK(manifest.settings().at("picture_fit") == "stretch");
  CHECK(manifest.metrics().at("accuracy") == Catch::Approx(1));
  const std::string card = *bundle->ReadFile("model-card.md");
  CHECK(absl::StrContains(card, "`blue`: 9"));
  CHECK(absl::StrContains(card, "Photos of our own, CC0."));
  CHECK(ParsePictureRecipe(*bundle->ReadFile("recipe.json")).ok());
}

TEST_CASE("folders that can't be learned from are refused by what is wrong") {
  const TemporaryFolder folder;
  const auto failure = [&](const PictureBundleOptions& options) {
    const auto published = TrainPictureBundle(options);
    REQUIRE_FALSE(published.ok());
    CHECK_FALSE(fs::exists(options.out));
    return std::string(published.status().message());
  };
  PictureBundleOptions options = SmallOptions(folder);
  CHECK(absl::StrContains(failure(options), "photos"));
  fs::create_directories(options.folder / "red");
  CHECK(absl::StrContains(failure(options), "no pictures"));
  folder.Write("photos/red/cut.png", "\x89PNG\r\n\x1A\n");
  CHECK(absl::StrContains(failure(options), "no pictures"));
  PutPicture(folder, "red.png", "photos/red/a.png");
  CHECK(absl::StrContains(failure(options), "one class alone"));
  PutPicture(folder, "blue.png", "photos/blue/a.png");
  options.teacher = folder.path() / "features.safetensors";
  CHECK(absl::StrContains(failure(options), "--teacher_names"));
  options.teacher.clear();
  PutPicture(folder, "red.png", "test/red/a.png");
  PutPicture(folder, "red.png", "test/green/a.png");
  options.test_folder = folder.path() / "test";
  CHECK(absl::StrContains(failure(options), "green"));
}

}  // namespace
}  // namespace clientele::profile
