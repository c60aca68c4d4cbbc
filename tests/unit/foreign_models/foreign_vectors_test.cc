// Foreign models that make vectors.

#include <cmath>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/model_runner.h"
#include "common/inference/tasks/text_encoder.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/foreign_models/contract_page.h"
#include "tests/unit/foreign_models/foreign_encoder.h"
#include "tests/unit/foreign_models/model_folder.h"

namespace clientele::foreign {
namespace {

using Catch::Matchers::WithinAbs;

constexpr char kImageManifest[] = R"({
  "task": "TASK_IMAGE_ENCODER",
  "inputs": [{"name": "pixels", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3, -1, -1]}],
  "outputs": [{"name": "features", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 6]}],
  "limits": {"max_batch_rows": 4}
})";

constexpr char kFuserManifest[] = R"({
  "task": "TASK_PROFILE_FUSER",
  "inputs": [
    {"name": "behavior", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]},
    {"name": "text", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]},
    {"name": "image", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 1]},
    {"name": "present", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]}
  ],
  "outputs": [{"name": "profile", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]}],
  "normalized": true
})";

}  // namespace

TEST_CASE("a foreign text encoder and the page's bundle.json encode texts") {
  ModelFolder models;
  models.Write("my-encoder", ForeignTextEncoder(), ForeignTextEncoderManifest());
  REQUIRE(models.Sign("my-encoder") == "");
  const auto handle =
      models.Serve<inference::TextEncoderModel>("my-encoder", model::v1::TASK_TEXT_ENCODER);

  const auto encoder = inference::TextEncoder::Create({.handle = handle.get()}).value();
  const std::vector<std::string> texts = {"Free returns within thirty days", "运费", "", "red"};
  const auto encoded = encoder->EncodeWithId({}, texts);
  REQUIRE(encoded.ok());
  CHECK(encoded->model_id == "my-encoder/1");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<double> expected = ExpectedVector(texts[i]);
    REQUIRE(encoded->rows[i].size() == expected.size());
    for (std::size_t d = 0; d < expected.size(); ++d) {
      CHECK_THAT(encoded->rows[i][d], WithinAbs(expected[d], 1e-5));
    }
  }
}

TEST_CASE("a foreign image encoder gives the color and texture of an image") {
  torch::jit::Module module("Image");
  module.define(MethodsOf("IMAGE_ENCODER"));
  ModelFolder models;
  models.Write("my-images", module, kImageManifest);
  REQUIRE(models.Sign("my-images") == "");
  const auto handle = models.Serve("my-images", model::v1::TASK_IMAGE_ENCODER);

  const at::Tensor pixels = at::full({1, 3, 2, 2}, 0.25F);
  pixels[0][0] = at::tensor({0.0F, 0.5F, 1.0F, 0.5F}).reshape({2, 2});
  const auto features = handle->Current()->runner().Run("forward", {pixels});
  REQUIRE(features.ok());
  CHECK(at::allclose((*features)[0],
                     at::tensor({0.5F, 0.25F, 0.25F, 0.5F, 0.0F, 0.0F}).unsqueeze(0)));
}

TEST_CASE("a foreign profile fuser joins what is present and nothing else") {
  torch::jit::Module module("Fuser");
  module.register_buffer("behavior", at::tensor({1.0F, 0.0F, 0.0F, 0.0F}).reshape({2, 2}));
  module.register_buffer("text", at::tensor({0.0F, 0.0F, 0.0F, 0.8F}).reshape({2, 2}));
  module.register_buffer("image", at::tensor({5.0F, 5.0F}).reshape({1, 2}));
  module.define(MethodsOf("PROFILE_FUSER"));
  ModelFolder models;
  models.Write("my-fuser", module, kFuserManifest);
  REQUIRE(models.Sign("my-fuser") == "");
  const auto handle = models.Serve("my-fuser", model::v1::TASK_PROFILE_FUSER);

  // tanh(atanh(0.6)) and 0.8 are the sides of a unit vector; the image is not there.
  const float side = std::atanh(0.6F);
  const auto profile = handle->Current()->runner().Run(
      "forward",
      {at::tensor({side, 3.0F, 9.0F, 9.0F, 9.0F, 9.0F}).reshape({3, 2}),
       at::tensor({0.0F, 1.0F, 0.0F, 1.0F, 9.0F, 9.0F}).reshape({3, 2}), at::full({3, 1}, 9.0F),
       at::tensor({1, 1, 0, 0, 1, 0, 0, 0, 0}, at::kFloat).reshape({3, 3})});
  REQUIRE(profile.ok());
  CHECK(at::allclose((*profile)[0],
                     at::tensor({0.6F, 0.8F, 0.0F, 1.0F, 0.0F, 0.0F}).reshape({3, 2})));
}

}  // namespace clientele::foreign
