#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/modeling/architectures/yolox.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/yolox/recorded_weights.h"
#include "tools/clientele-models/import/onnx_yolox_import.h"
#include "tools/clientele-models/vision/detect.h"

namespace clientele::models {
namespace {

using clientele::testing::OnnxBytes;
using clientele::testing::TemporaryFolder;

constexpr modeling::YoloxShape kShape = {
    .stem = 4, .repeats = 1, .depthwise = false, .classes = 2, .side = 64};

absl::StatusOr<std::filesystem::path> Import(const TemporaryFolder& folder, const std::string& onnx,
                                             const std::string& labels) {
  return ImportYolox(
      {.file = folder.Write("m.onnx", onnx),
       .labels = labels.empty() ? std::filesystem::path() : folder.Write("labels.txt", labels),
       .out = folder.path() / "models",
       .name = "detector",
       .version = "1"});
}

TEST_CASE("an imported bundle computes what its weights say, and detects") {
  const TemporaryFolder folder;
  modeling::RecordedWeights weights(4);
  auto built = modeling::MakeYolox(kShape, {"cup", "hat"}, weights);
  REQUIRE(built.ok());
  const auto bundle_dir =
      Import(folder, OnnxBytes(weights.convolutions(), kShape.side), "cup\r\nhat\n\n");
  INFO(bundle_dir.status());
  REQUIRE(bundle_dir.ok());
  CHECK(inference::VerifyUnsignedBundle(*bundle_dir).ok());
  const auto bundle = inference::ModelBundle::OpenUnsigned(*bundle_dir);
  REQUIRE(bundle.ok());
  const auto runner = inference::TorchScriptRunner::Load(*bundle, {});
  REQUIRE(runner.ok());
  const at::Tensor images = at::rand({2, 3, 64, 64}) * 255;
  const auto outputs = (*runner)->Run("reference", {images});
  REQUIRE(outputs.ok());
  const at::Tensor expected = built->module.get_method("reference")({images}).toTensor();
  CHECK(at::allclose((*outputs)[0], expected, 1e-3, 1e-4));

  const std::string picture = clientele::testing::SourceDir() + "/tests/data/pictures/plain.png";
  std::ostringstream out;
  const absl::Status status = Detect({.bundle = *bundle_dir, .pictures = {picture, picture}}, out);
  INFO(status);
  REQUIRE(status.ok());
  std::istringstream lines(out.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto json = nlohmann::json::parse(line);
    CHECK(json["file"] == picture);
    REQUIRE(json["detections"].is_array());
    for (const auto& detection : json["detections"]) {
      CHECK(detection["box"].size() == 4);
      CHECK((detection["label"] == "cup" || detection["label"] == "hat"));
      CHECK(detection["score"].get<double>() >= 0.3);
    }
  }
  CHECK(count == 2);
  CHECK_FALSE(Detect({.bundle = *bundle_dir, .pictures = {"/nowhere.png"}}, out).ok());
}

TEST_CASE("a file that is no published YOLOX is refused with what is wrong") {
  const TemporaryFolder folder;
  modeling::RecordedWeights weights(5);
  REQUIRE(modeling::MakeYolox(kShape, {"cup", "hat"}, weights).ok());
  const auto refusal = [&](const std::vector<clientele::testing::MadeConvolution>& convolutions,
                           std::int64_t side, const std::string& labels) {
    const auto made = Import(folder, OnnxBytes(convolutions, side), labels);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "models" / "detector"));
    return std::string(made.status().message());
  };
  CHECK(absl::StrContains(refusal(weights.convolutions(), 64, ""), "labels"));
  CHECK(absl::StrContains(refusal(weights.convolutions(), 50, "cup\nhat"), "multiple of 32"));
  auto fewer = weights.convolutions();
  fewer.pop_back();
  CHECK(absl::StrContains(refusal(fewer, 64, "cup\nhat"), "82 convolutions"));
  auto other = weights.convolutions();
  other[3].shape[0] += 1;
  other[3].weight.resize(other[3].weight.size() + 8);
  other[3].bias.push_back(0);
  CHECK(absl::StrContains(refusal(other, 64, "cup\nhat"), "conv.3"));
  CHECK(absl::StrContains(refusal({}, 64, "cup"), "0 convolutions"));
}

}  // namespace
}  // namespace clientele::models
