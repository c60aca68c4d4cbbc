#include <cmath>

#include <ATen/ATen.h>

#include "services/qa-service/training/encoder/encoder_learning.h"
#include "tests/support/catch_with_torch.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::qa {
namespace {

using Catch::Approx;

TEST_CASE("the contrastive loss is the mean cross entropy in both directions") {
  const at::Tensor first = UnitVectors(at::tensor({1.0f, 0.0f, 0.6f, 0.8f}).view({2, 2}));
  const at::Tensor second = UnitVectors(at::tensor({0.8f, 0.6f, 0.0f, 1.0f}).view({2, 2}));
  // Cosines: first 0: 0.8, 0; first 1: 0.96, 0.8. Divided by 0.5.
  const double s[2][2] = {{1.6, 0.0}, {1.92, 1.6}};
  const auto cross = [](double own, double other) {
    return std::log(std::exp(own) + std::exp(other)) - own;
  };
  const double rows = (cross(s[0][0], s[0][1]) + cross(s[1][1], s[1][0])) / 2;
  const double columns = (cross(s[0][0], s[1][0]) + cross(s[1][1], s[0][1])) / 2;
  CHECK(ContrastiveLoss(first, second, 0.5).item<double>() ==
        Approx((rows + columns) / 2).epsilon(1e-5));
}

TEST_CASE("rows of one name are no wrong choice for one another") {
  const at::Tensor rows = UnitVectors(at::sin(at::arange(6, at::kFloat)).view({3, 2}));
  const at::Tensor two = rows.narrow(0, 0, 2);
  const at::Tensor names = at::tensor({std::int64_t{4}, std::int64_t{4}});
  CHECK(ContrastiveLoss(two, two, 0.1, names).item<double>() == Approx(0).margin(1e-6));
  CHECK(ContrastiveLoss(two, two, 0.1).item<double>() > 1e-4);
}

TEST_CASE("vectors come to unit length, and one of zeros stays so") {
  const at::Tensor unit = UnitVectors(at::tensor({3.0f, 4.0f, 0.0f, 0.0f}).view({2, 2}));
  CHECK(unit[0][1].item<float>() == Approx(0.8f));
  CHECK(unit[1].abs().sum().item<float>() == 0);
}

}  // namespace
}  // namespace clientele::qa
