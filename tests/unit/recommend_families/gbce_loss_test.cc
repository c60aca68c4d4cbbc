#include "services/recommend-service/training/sequence/gbce_loss.h"

#include <cmath>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>

#include "common/training/seeds.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

TEST_CASE("the exponent is 1 without calibration, and the chance of being sampled with all of it") {
  CHECK(GbceExponent(1000, 100, 0) == Approx(1));
  CHECK(GbceExponent(1000, 100, 1) == Approx(0.1));
  CHECK(GbceExponent(1000, 100, 0.75) == Approx(0.25 + 0.75 * 0.1));
  CHECK(GbceExponent(50, 50, 0.75) == Approx(1));
}

double Dot(const at::Tensor& a, const at::Tensor& b) {
  double sum = 0;
  for (std::int64_t i = 0; i < a.size(0); ++i) {
    sum += static_cast<double>(a[i].item<float>()) * static_cast<double>(b[i].item<float>());
  }
  return sum;
}

double Logistic(double x) { return 1 / (1 + std::exp(-x)); }

TEST_CASE("the loss and its gradient are those of a plain loop over places and items") {
  at::Generator generator = training::TorchGenerator(3);
  const at::Tensor states = at::randn({4, 5}, generator).requires_grad_(true);
  const at::Tensor table = at::randn({7, 5}, generator).requires_grad_(true);
  const std::vector<std::int64_t> targets = {2, 0, 6, 2}, sampled = {1, 2, 5, 6};
  const double beta = 0.3, offset = -0.7;
  const auto loop = [&](const at::Tensor& x, const at::Tensor& items) {
    double sum = 0;
    for (std::size_t place = 0; place < targets.size(); ++place) {
      const at::Tensor state = x[static_cast<std::int64_t>(place)];
      double own = -beta * std::log(Logistic(Dot(state, items[targets[place]]) + offset));
      for (const std::int64_t item : sampled) {
        if (item != targets[place]) own -= std::log(1 - Logistic(Dot(state, items[item]) + offset));
      }
      sum += own / (static_cast<double>(sampled.size()) + 1);
    }
    return sum / static_cast<double>(targets.size());
  };
  const at::Tensor loss =
      GbceLoss(states, table, at::tensor(targets), at::tensor(sampled), beta, offset);
  CHECK(loss.item<double>() == Approx(loop(states, table)).epsilon(1e-5));

  loss.backward();
  const double step = 1e-2;
  for (std::int64_t item = 0; item < table.size(0); ++item) {
    const at::Tensor up = table.detach().clone(), down = table.detach().clone();
    up[item][1] += step;
    down[item][1] -= step;
    const double slope = (loop(states.detach(), up) - loop(states.detach(), down)) / (2 * step);
    CHECK(table.grad()[item][1].item<double>() == Approx(slope).margin(1e-4));
  }
}

}  // namespace
}  // namespace clientele::recommend
