// Equality with the published detector's own outputs, where ../shared/vision is.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/onnx_yolox_import.h"
#include "tools/clientele-models/vision/detect.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;

double Overlap(const nlohmann::json& a, const nlohmann::json& b) {
  const auto at = [](const nlohmann::json& box, int i) { return box[i].get<double>(); };
  const double width = std::min(at(a, 2), at(b, 2)) - std::max(at(a, 0), at(b, 0));
  const double height = std::min(at(a, 3), at(b, 3)) - std::max(at(a, 1), at(b, 1));
  if (width <= 0 || height <= 0) return 0;
  const auto area = [&](const nlohmann::json& box) {
    return (at(box, 2) - at(box, 0)) * (at(box, 3) - at(box, 1));
  };
  return width * height / (area(a) + area(b) - width * height);
}

bool Matches(const nlohmann::json& found, const nlohmann::json& expected) {
  return found["label"] == expected["label"] && Overlap(found["box"], expected["box"]) >= 0.9 &&
         std::abs(found["score"].get<double>() - expected["score"].get<double>()) <= 0.03;
}

TEST_CASE("the published detector's outputs and boxes come out again") {
  const fs::path shared =
      fs::path(clientele::testing::SourceDir()) / ".." / "shared" / "vision" / "yolox-nano";
  if (!fs::exists(shared / "yolox_nano.onnx")) SKIP("../shared/vision/yolox-nano is not there");
  const clientele::testing::TemporaryFolder folder;
  const auto bundle_dir = ImportYolox({.file = shared / "yolox_nano.onnx",
                                       .out = folder.path(),
                                       .name = "yolox-nano",
                                       .version = "1",
                                       .license = "Apache-2.0"});
  INFO(bundle_dir.status());
  REQUIRE(bundle_dir.ok());
  const auto bundle = inference::ModelBundle::OpenUnsigned(*bundle_dir);
  REQUIRE(bundle.ok());
  const auto runner = inference::TorchScriptRunner::Load(*bundle, {});
  REQUIRE(runner.ok());
  const auto golden = modeling::SafetensorsFile::Open(shared / "golden.safetensors");
  REQUIRE(golden.ok());
  const auto outputs =
      (*runner)->Run("reference", {modeling::ToTensor((*golden)->tensors().at("images"))});
  REQUIRE(outputs.ok());
  const at::Tensor expected = modeling::ToTensor((*golden)->tensors().at("output"));
  CHECK(((*outputs)[0] - expected).abs().max().item<double>() < 1e-3);

  std::ifstream in(shared / "detections.json");
  const auto reference = nlohmann::json::parse(in);
  std::ostringstream out;
  REQUIRE(Detect({.bundle = *bundle_dir, .pictures = {(shared / "dog.jpg").string()}}, out).ok());
  const auto found = nlohmann::json::parse(out.str())["detections"];
  for (const auto& picture : reference.is_array() ? reference : reference["pictures"]) {
    if (picture["file"].get<std::string>().find("dog.jpg") == std::string::npos) continue;
    for (const auto& wanted : picture["detections"]) {
      if (wanted.value("borderline", false)) continue;
      INFO(wanted.dump() << out.str());
      CHECK(std::any_of(found.begin(), found.end(),
                        [&](const auto& one) { return Matches(one, wanted); }));
    }
  }
}

}  // namespace
}  // namespace clientele::models
