#include "services/profile-service/training/vision/picture_encoder.h"

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/match.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "common/modeling/architectures/yolox.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile {
namespace {

using clientele::testing::TemporaryFolder;

const std::vector<std::string> kLabels = {"a", "b"};

TEST_CASE("an untrained encoder gives vectors of one size whatever the depth, and even scores") {
  auto model = NewPictureEncoder({.stem = 4, .repeats = 2, .depthwise = true}, kLabels, 1);
  REQUIRE(model.ok());
  CHECK(model->manifest.outputs(0).shape(1) == 56 * 4);
  const at::Tensor pixels = at::rand({3, 3, 64, 64});
  const auto outputs = model->module.forward({pixels}).toTuple()->elements();
  CHECK(outputs[0].toTensor().sizes() == at::IntArrayRef({3, 224}));
  CHECK(outputs[1].toTensor().abs().max().item<double>() == 0);
}

TEST_CASE("a picture and its mirror image have one vector") {
  auto model = NewPictureEncoder({.stem = 4, .repeats = 1, .depthwise = false}, kLabels, 1);
  REQUIRE(model.ok());
  const at::Tensor pixels = at::rand({2, 3, 64, 64});
  const auto one = model->module.forward({pixels}).toTuple()->elements()[0].toTensor();
  const auto other = model->module.forward({pixels.flip({3})}).toTuple()->elements()[0].toTensor();
  CHECK(((one - other).abs() / (1 + one.abs())).max().item<double>() < 1e-3);
}

TEST_CASE("an encoder begins with the backbone of a detector's bundle") {
  const TemporaryFolder folder;
  modeling::RandomWeights weights(3);
  auto detector = modeling::MakeYolox(
      {.stem = 4, .repeats = 1, .depthwise = true, .classes = 2, .side = 64}, kLabels, weights);
  REQUIRE(detector.ok());
  detector->manifest.set_name("detector");
  detector->manifest.set_version("1");
  const auto bundle =
      inference::WriteUnsignedBundle({.model_dir = folder.path()}, detector->module,
                                     detector->manifest, {}, {at::rand({1, 3, 64, 64})});
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  const auto model = PretrainedPictureEncoder(*bundle, {"x", "y", "z"});
  INFO(model.status());
  REQUIRE(model.ok());
  CHECK(model->manifest.labels_size() == 3);
  for (const char* name : {"conv0_weight", "conv7_bias", "conv40_weight"}) {
    CHECK(at::equal(model->module.attr(name).toTensor(), detector->module.attr(name).toTensor()));
  }
  CHECK(model->module.attr("class_weight").toTensor().sizes() == at::IntArrayRef({3, 224}));
}

TEST_CASE("bundles that are no detector are refused") {
  const TemporaryFolder folder;
  CHECK(PretrainedPictureEncoder(folder.path() / "none" / "1", kLabels).status().code() ==
        absl::StatusCode::kNotFound);
  auto encoder = NewPictureEncoder({.stem = 2, .repeats = 1, .depthwise = false}, kLabels, 1);
  REQUIRE(encoder.ok());
  encoder->manifest.set_name("encoder");
  encoder->manifest.set_version("1");
  const auto bundle =
      inference::WriteUnsignedBundle({.model_dir = folder.path()}, encoder->module,
                                     encoder->manifest, {}, {at::rand({1, 3, 32, 32})});
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  const auto refused = PretrainedPictureEncoder(*bundle, kLabels);
  CHECK(absl::StrContains(refused.status().message(), "OBJECT_DETECTOR"));
}

}  // namespace
}  // namespace clientele::profile
