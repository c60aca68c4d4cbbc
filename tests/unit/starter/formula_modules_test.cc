#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include "tests/support/catch_with_torch.h"
#include "tools/clientele-models/starter/image_encoder_module.h"
#include "tools/clientele-models/starter/profile_fuser_module.h"

namespace clientele::starter {
namespace {

// One row.
at::Tensor Row(std::initializer_list<float> values) {
  return at::tensor(at::ArrayRef<float>(values)).unsqueeze(0);
}

at::Tensor Picture(double red, double green, double blue, int side = 40) {
  return at::stack({at::full({side, side}, red, at::kFloat),
                    at::full({side, side}, green, at::kFloat),
                    at::full({side, side}, blue, at::kFloat)});
}

at::Tensor Stripes(bool upright) {
  const at::Tensor wave = (at::sin(at::arange(64, at::kFloat) * (2 * 3.14159265 / 4)) + 1) / 2;
  const at::Tensor plane =
      upright ? wave.unsqueeze(0).expand({64, 64}) : wave.unsqueeze(1).expand({64, 64});
  return plane.unsqueeze(0).expand({3, 64, 64}).contiguous();
}

at::Tensor EncodePictures(const std::vector<at::Tensor>& pictures) {
  const at::NoGradGuard no_grad;
  torch::jit::Module module = MakeImageEncoder();
  std::vector<at::Tensor> rows;
  for (const at::Tensor& picture : pictures) {
    rows.push_back(module.forward({picture.unsqueeze(0)}).toTensor());
  }
  return at::cat(rows);
}

double Cosine(const at::Tensor& rows, int a, int b) {
  return at::dot(rows[a], rows[b]).item<double>();
}

TEST_CASE("pictures of any size from 8 x 8 give finite unit rows") {
  std::vector<at::Tensor> pictures;
  for (const auto& [height, width] : {std::pair{8, 8}, {9, 200}, {64, 64}, {301, 33}}) {
    pictures.push_back(at::rand({3, height, width}, at::detail::createCPUGenerator(3)));
  }
  pictures.push_back(Picture(0, 0, 0));
  pictures.push_back(Picture(1, 1, 1));
  const at::Tensor rows = EncodePictures(pictures);
  CHECK(rows.size(1) == kImageFeatures);
  CHECK(at::isfinite(rows).all().item<bool>());
  CHECK(at::allclose(rows.norm(2, {1}), at::ones({rows.size(0)}), 1e-5, 1e-5));
}

TEST_CASE("colors that look alike are nearer than others") {
  const at::Tensor rows = EncodePictures({Picture(0.9, 0.1, 0.1), Picture(0.8, 0.15, 0.1),
                                          Picture(0.1, 0.1, 0.9), Picture(0.5, 0.5, 0.5)});
  CHECK(Cosine(rows, 0, 1) > 0.8);
  CHECK(Cosine(rows, 0, 1) > Cosine(rows, 0, 2) + 0.4);
  CHECK(Cosine(rows, 0, 1) > Cosine(rows, 0, 3) + 0.4);
}

TEST_CASE("the size of a picture hardly matters") {
  const at::Tensor rows = EncodePictures({Picture(0.2, 0.6, 0.3, 16), Picture(0.2, 0.6, 0.3, 300)});
  CHECK(Cosine(rows, 0, 1) > 0.999);
}

TEST_CASE("directions of texture are told apart, and flat pictures have none") {
  const at::Tensor rows = EncodePictures(
      {Stripes(true), Stripes(true).roll(1, 2), Stripes(false), Picture(0.5, 0.5, 0.5, 64)});
  CHECK(Cosine(rows, 0, 1) > Cosine(rows, 0, 2) + 0.1);
  const at::Tensor texture = rows.narrow(1, 42 * 5, 16 * 5).norm(2, {1});
  CHECK(texture[3].item<double>() < 0.01);
  CHECK(texture[0].item<double>() > 0.3);
}

TEST_CASE("a picture in a batch has the row that it has alone") {
  const at::NoGradGuard no_grad;
  torch::jit::Module module = MakeImageEncoder();
  const at::Tensor batch = at::rand({3, 3, 50, 60}, at::detail::createCPUGenerator(5));
  const at::Tensor together = module.forward({batch}).toTensor();
  for (int i = 0; i < 3; ++i) {
    const at::Tensor alone = module.forward({batch.narrow(0, i, 1)}).toTensor();
    CHECK(at::allclose(alone[0], together[i], 1e-5, 1e-6));
  }
}

at::Tensor Fuse(const at::Tensor& behavior, const at::Tensor& text, const at::Tensor& image,
                const at::Tensor& present) {
  const at::NoGradGuard no_grad;
  torch::jit::Module module = MakeProfileFuser({.behavior_features = behavior.size(1),
                                                .text_dimensions = text.size(1),
                                                .image_dimensions = image.size(1)});
  return module.forward({behavior, text, image, present}).toTensor();
}

TEST_CASE("blocks are put side by side at equal weight") {
  // Other than 24 features: centers 0 and spreads 1, so that the row can be computed by hand.
  const at::Tensor fused =
      Fuse(Row({3.0F, 4.0F}), Row({0.0F, 2.0F}), Row({5.0F}), Row({1.0F, 1.0F, 1.0F}));
  const at::Tensor expected = Row({0.6F, 0.8F, 0.0F, 1.0F, 1.0F}) / std::sqrt(3.0F);
  CHECK(at::allclose(fused, expected, 1e-5, 1e-6));
}

TEST_CASE("a part that is not present counts for nothing, whatever it holds") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor fused =
      Fuse(Row({nan, 7.0F}), Row({0.6F, 0.8F}), Row({9.0F}), Row({0.0F, 1.0F, 0.0F}));
  CHECK(at::allclose(fused, Row({0.0F, 0.0F, 0.6F, 0.8F, 0.0F}), 1e-5, 1e-6));
}

TEST_CASE("a row with nothing present is zeros") {
  const at::Tensor fused = Fuse(at::ones({2, 24}), at::ones({2, 4}), at::ones({2, 3}),
                                at::cat({Row({0, 0, 0}), Row({1, 0, 0})}));
  CHECK(fused[0].abs().max().item<double>() == 0);
  CHECK(std::abs(fused[1].norm().item<double>() - 1) < 1e-5);
}

TEST_CASE("the manifest says how behavior was standardized") {
  const model::v1::Bundle shop = DescribeProfileFuser({});
  CHECK(shop.settings().at("behavior_features") == "24");
  CHECK(shop.settings().at("behavior_centers").substr(0, 8) == "3.4,3.8,");
  CHECK(shop.outputs(0).shape(1) == 24 + 256 + 290);
  const model::v1::Bundle other = DescribeProfileFuser({.behavior_features = 2});
  CHECK(other.settings().at("behavior_spreads") == "1,1");
}

}  // namespace
}  // namespace clientele::starter
