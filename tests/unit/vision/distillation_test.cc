#include "services/profile-service/training/vision/distillation.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>

#include "tests/support/catch_with_torch.h"

namespace clientele::profile {
namespace {

using Catch::Approx;

TEST_CASE("smoothed labels give the class its part and spread the rest evenly") {
  const std::vector<int> classes = {2, 0};
  const at::Tensor targets = SmoothedLabels(classes, 4, 0.2);
  CHECK(targets[0][2].item<double>() == Approx(0.85));
  CHECK(targets[0][0].item<double>() == Approx(0.05));
  CHECK(targets[1][0].item<double>() == Approx(0.85));
  CHECK(targets.sum(1)[1].item<double>() == Approx(1));
}

TEST_CASE("soft cross entropy is the closed form, and its gradient chances less targets") {
  const at::Tensor scores =
      at::tensor({0.0F, std::log(3.0F), std::log(4.0F), 0.0F, 0.0F, 0.0F}).view({2, 3});
  scores.set_requires_grad(true);
  const at::Tensor targets = at::tensor({0.5F, 0.5F, 0.0F, 1.0F, 0.0F, 0.0F}).view({2, 3});
  const at::Tensor loss = SoftCrossEntropy(scores, targets);
  // Chances are 1/8, 3/8, 4/8, and a third each.
  const double first = -(0.5 * std::log(1.0 / 8) + 0.5 * std::log(3.0 / 8));
  CHECK(loss.item<double>() == Approx((first + std::log(3.0)) / 2).epsilon(1e-5));
  loss.backward();
  CHECK(scores.grad()[0][0].item<double>() == Approx((1.0 / 8 - 0.5) / 2).epsilon(1e-5));
  CHECK(scores.grad()[0][2].item<double>() == Approx(0.25).epsilon(1e-5));
  CHECK(scores.grad()[1][0].item<double>() == Approx((1.0 / 3 - 1) / 2).epsilon(1e-5));
}

TEST_CASE("the cosine distance knows direction alone") {
  const at::Tensor a = at::tensor({1.0F, 0.0F, 2.0F, 2.0F}).view({2, 2});
  CHECK(CosineDistance(a, 5 * a).item<double>() == Approx(0).margin(1e-6));
  CHECK(CosineDistance(a, -a).item<double>() == Approx(2));
  // Cosines of 0 and sqrt(1/2).
  const at::Tensor b = at::tensor({0.0F, 3.0F, 0.0F, 1.0F}).view({2, 2});
  CHECK(CosineDistance(a, b).item<double>() == Approx(1 - std::sqrt(0.5) / 2));
}

}  // namespace
}  // namespace clientele::profile
