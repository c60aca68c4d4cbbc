#include "common/training/tables/linear_stack.h"

#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "common/evaluation/platt_scaling.h"

namespace clientele::training {
namespace {

using Catch::Approx;

// Labels drawn from the log-odds 1.5 a + 0.5 b - 0.3.
struct Drawn {
  std::vector<double> a, b, noise;
  std::vector<int> labels;
};

Drawn Draw(int rows) {
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Drawn drawn;
  for (int i = 0; i < rows; ++i) {
    drawn.a.push_back(normal(random));
    drawn.b.push_back(normal(random));
    drawn.noise.push_back(normal(random));
    const double margin = 1.5 * drawn.a.back() + 0.5 * drawn.b.back() - 0.3;
    drawn.labels.push_back(uniform(random) < 1 / (1 + std::exp(-margin)) ? 1 : 0);
  }
  return drawn;
}

TEST_CASE("the weights of two margins are those that the labels were drawn with") {
  const Drawn drawn = Draw(60'000);
  const auto stack = FitLinearStack({drawn.a, drawn.b}, drawn.labels);
  REQUIRE(stack.ok());
  CHECK(stack->weights[0] == Approx(1.5).margin(0.05));
  CHECK(stack->weights[1] == Approx(0.5).margin(0.05));
  CHECK(stack->intercept == Approx(-0.3).margin(0.05));
}

TEST_CASE("of one model the stack is Platt's scaling") {
  const Drawn drawn = Draw(60'000);
  const auto stack = FitLinearStack({drawn.a}, drawn.labels);
  const auto platt = evaluation::FitPlattScaling(drawn.a, drawn.labels);
  REQUIRE(stack.ok());
  REQUIRE(platt.ok());
  CHECK(stack->weights[0] == Approx(platt->slope).epsilon(2e-3));
  CHECK(stack->intercept == Approx(platt->intercept).margin(1e-3));
}

TEST_CASE("a model that points the wrong way gets no weight") {
  Drawn drawn = Draw(5'000);
  for (double& margin : drawn.b) margin = -margin;
  const auto stack = FitLinearStack({drawn.a, drawn.b}, drawn.labels);
  REQUIRE(stack.ok());
  CHECK(stack->weights[0] > 1);
  CHECK(stack->weights[1] == 0);
}

TEST_CASE("models that say the same share their weight") {
  const Drawn drawn = Draw(5'000);
  const auto stack = FitLinearStack({drawn.a, drawn.a}, drawn.labels);
  REQUIRE(stack.ok());
  CHECK(stack->weights[0] == Approx(stack->weights[1]).epsilon(1e-6));
}

TEST_CASE("what cannot be stacked is refused") {
  CHECK_FALSE(FitLinearStack({}, {0, 1}).ok());
  CHECK_FALSE(FitLinearStack({{}}, {}).ok());
  CHECK_FALSE(FitLinearStack({{1}}, {0, 1}).ok());
  CHECK_FALSE(FitLinearStack({{1, std::nan("")}}, {0, 1}).ok());
  CHECK_FALSE(FitLinearStack({{1, 2}}, {0, 3}).ok());
}

}  // namespace
}  // namespace clientele::training
