#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/foreign_models/contract_page.h"
#include "tools/clientele-models/vision/detect.h"

namespace clientele::models {
namespace {

model::v1::Bundle DetectorManifest() {
  model::v1::Bundle manifest;
  manifest.set_name("mine");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_OBJECT_DETECTOR);
  manifest.add_labels("something red");
  using inference::AddSpec;
  AddSpec(*manifest.mutable_inputs(), "pixels", model::v1::DATA_TYPE_FLOAT32, {-1, 3, -1, -1});
  AddSpec(*manifest.mutable_outputs(), "boxes", model::v1::DATA_TYPE_FLOAT32, {-1, 4});
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  AddSpec(*manifest.mutable_outputs(), "labels", model::v1::DATA_TYPE_INT64, {-1});
  AddSpec(*manifest.mutable_outputs(), "pictures", model::v1::DATA_TYPE_INT64, {-1});
  AddSpec(*manifest.mutable_outputs(), "class_scores", model::v1::DATA_TYPE_FLOAT32, {-1, 1});
  return manifest;
}

TEST_CASE("a detector that keeps CONTRACTS.md as it stands there detects") {
  const clientele::testing::TemporaryFolder folder;
  torch::jit::Module module("Mine");
  module.define(foreign::MethodsOf("OBJECT_DETECTOR"));
  const auto bundle = inference::WriteUnsignedBundle(
      {.model_dir = folder.path()}, module, DetectorManifest(), {}, {at::rand({2, 3, 5, 6})});
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  const std::string pictures = clientele::testing::SourceDir() + "/tests/data/pictures/";
  std::ostringstream out;
  REQUIRE(
      Detect({.bundle = *bundle, .pictures = {pictures + "red.png", pictures + "blue.png"}}, out)
          .ok());
  std::istringstream lines(out.str());
  std::string red, blue;
  std::getline(lines, red);
  std::getline(lines, blue);
  const auto found = nlohmann::json::parse(red)["detections"];
  REQUIRE(found.size() == 1);
  CHECK(found[0]["label"] == "something red");
  CHECK(found[0]["box"] == nlohmann::json({0.0, 0.0, 16.0, 16.0}));
  CHECK(nlohmann::json::parse(blue)["detections"].empty());
}

TEST_CASE("a detector's manifest names each of its classes") {
  model::v1::Bundle manifest = DetectorManifest();
  CHECK(inference::CheckInterface(manifest, "mine", "1").ok());
  manifest.add_labels("something else");
  CHECK_FALSE(inference::CheckInterface(manifest, "mine", "1").ok());
  manifest.clear_labels();
  CHECK_FALSE(inference::CheckInterface(manifest, "mine", "1").ok());
}

}  // namespace
}  // namespace clientele::models
