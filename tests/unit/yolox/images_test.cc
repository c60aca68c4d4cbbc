#include <filesystem>
#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/match.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/vision/evaluate_images.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using clientele::testing::TemporaryFolder;

// Scores of "red" and "blue thing": how much there is of either.
fs::path ColorBundle(const TemporaryFolder& folder) {
  torch::jit::Module module("Colors");
  module.define(R"py(
def forward(self, pixels: Tensor) -> Tuple[Tensor, Tensor]:
    means = torch.mean(pixels, [2, 3])
    return means, torch.cat([means[:, 0:1], means[:, 2:3]], 1)
)py");
  model::v1::Bundle manifest;
  manifest.set_name("colors");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_IMAGE_ENCODER);
  manifest.add_labels("red");
  manifest.add_labels("Blue thing");
  inference::AddSpec(*manifest.mutable_inputs(), "pixels", model::v1::DATA_TYPE_FLOAT32,
                     {-1, 3, 8, 8});
  inference::AddSpec(*manifest.mutable_outputs(), "features", model::v1::DATA_TYPE_FLOAT32,
                     {-1, 3});
  inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  const auto bundle = inference::WriteUnsignedBundle(
      {.model_dir = folder.path() / "models"}, module, manifest, {}, {at::rand({2, 3, 8, 8})});
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  return *bundle;
}

void Put(const TemporaryFolder& folder, const std::string& picture, const std::string& to) {
  fs::create_directories((folder.path() / to).parent_path());
  fs::copy_file(clientele::testing::SourceDir() + "/tests/data/pictures/" + picture,
                folder.path() / to);
}

TEST_CASE("pictures are classified by folder, and classes count alike in their mean") {
  const TemporaryFolder folder;
  const fs::path bundle = ColorBundle(folder);
  for (int i = 0; i < 35; ++i) Put(folder, "red.png", "p/red/" + std::to_string(i) + ".png");
  Put(folder, "blue.png", "p/red/wrong.jpg");
  Put(folder, "blue.png", "p/blue_thing/a.png");
  Put(folder, "red.png", "p/blue_thing/b.png");
  folder.Write("p/red/Thumbs.db", "none");
  folder.Write("p/red/.hidden", "none");
  std::ostringstream out, log;
  const absl::Status status =
      EvaluateImages({.bundle = bundle, .folder = folder.path() / "p"}, out, log);
  INFO(status);
  REQUIRE(status.ok());
  const auto line = nlohmann::json::parse(out.str());
  CHECK(line.size() == 2);
  CHECK(line["accuracy"].get<double>() == Catch::Approx(36.0 / 38));
  CHECK(line["class_mean"].get<double>() == Catch::Approx((35.0 / 36 + 0.5) / 2));
  CHECK(absl::StrContains(log.str(), "Thumbs.db"));
  CHECK_FALSE(absl::StrContains(log.str(), ".hidden"));
}

TEST_CASE("folders without pictures, of unknown classes and with damaged pictures are named") {
  const TemporaryFolder folder;
  const fs::path bundle = ColorBundle(folder);
  const auto failure = [&](const std::string& pictures) {
    std::ostringstream out, log;
    const absl::Status status =
        EvaluateImages({.bundle = bundle, .folder = folder.path() / pictures}, out, log);
    CHECK(out.str().empty());
    return std::string(status.message());
  };
  CHECK(absl::StrContains(failure("nowhere"), "nowhere"));
  fs::create_directories(folder.path() / "empty" / "red");
  CHECK(absl::StrContains(failure("empty"), "no pictures"));
  Put(folder, "red.png", "other/green/a.png");
  CHECK(absl::StrContains(failure("other"), "green"));
  fs::create_directories(folder.path() / "cut" / "red");
  folder.Write("cut/red/a.png", "\x89PNG\r\n\x1A\n");
  CHECK(absl::StrContains(failure("cut"), "a.png"));
}

}  // namespace
}  // namespace clientele::models
