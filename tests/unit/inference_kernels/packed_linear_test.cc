#include "common/inference/torchscript/kernels/packed_linear.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

// Of <omp.h>, which clang's tools have not.
extern "C" int omp_get_max_threads();
extern "C" void omp_set_num_threads(int threads);

namespace clientele::inference {
namespace {

std::vector<float> Random(std::int64_t size, unsigned seed, float scale = 1.0f) {
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values(static_cast<std::size_t>(size));
  for (float& value : values) value = normal(bits);
  return values;
}

// In double, entry by entry.
std::vector<double> Plain(const std::vector<float>& x, std::int64_t rows,
                          const LinearWeights& weights) {
  std::vector<double> y;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t out = 0; out < weights.outputs; ++out) {
      double sum = weights.bias == nullptr ? 0 : weights.bias[out];
      for (std::int64_t in = 0; in < weights.inputs; ++in) {
        sum += static_cast<double>(x[row * weights.inputs + in]) *
               weights.weight[out * weights.inputs + in];
      }
      if (weights.activation == Activation::kGelu) {
        sum = 0.5 * sum * (1 + std::erf(sum / std::sqrt(2.0)));
      } else if (weights.activation == Activation::kRelu) {
        sum = std::max(0.0, sum);
      }
      y.push_back(sum);
    }
  }
  return y;
}

double Cosine(const float* a, const double* b, std::int64_t length) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    ab += a[i] * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += b[i] * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

std::vector<float> Run(const PackedLinear& layer, const std::vector<float>& x, std::int64_t rows) {
  std::vector<float> y(static_cast<std::size_t>(rows * layer.outputs()), -1.0f);
  REQUIRE(layer.Run(x.data(), rows, y.data()));
  return y;
}

TEST_CASE("A packed layer in float32 is the plain one, whatever the number of rows") {
  const auto activation = GENERATE(Activation::kNone, Activation::kGelu, Activation::kRelu);
  const bool biased = GENERATE(true, false);
  const std::int64_t inputs = GENERATE(37, 250);
  const std::int64_t outputs = GENERATE(50, 150);
  const std::vector<float> w = Random(outputs * inputs, 1, 0.2f);
  const std::vector<float> b = Random(outputs, 2);
  const LinearWeights weights = {.weight = w.data(),
                                 .bias = biased ? b.data() : nullptr,
                                 .outputs = outputs,
                                 .inputs = inputs,
                                 .activation = activation};
  const auto layer = PackedLinear::Pack(weights, Precision::kFloat32);
  REQUIRE(layer.ok());
  for (const std::int64_t rows : {1, 2, 3, 4, 5, 6, 7, 9, 13, 16, 64, 65, 130, 1025}) {
    if (inputs > 100 && rows > 65) continue;  // the sum is long enough without
    const std::vector<float> x = Random(rows * inputs, 3);
    const std::vector<float> y = Run(**layer, x, rows);
    const std::vector<double> expected = Plain(x, rows, weights);
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      worst = std::max(worst, std::abs(y[i] - expected[i]));
    }
    CHECK(worst < 1e-5);
  }
}

TEST_CASE("Rounded precisions stay close to the plain layer, row by row") {
  const auto precision = GENERATE(Precision::kInt8, Precision::kBfloat16);
  if (!PackedLinear::Supports(precision)) SKIP("this processor does not know the precision");
  const std::vector<float> w = Random(std::int64_t{96} * 64, 1, 0.2f);
  const std::vector<float> b = Random(96, 2);
  const LinearWeights weights = {.weight = w.data(), .bias = b.data(), .outputs = 96, .inputs = 64};
  const auto layer = PackedLinear::Pack(weights, precision);
  REQUIRE(layer.ok());
  CHECK((*layer)->bytes() < sizeof(float) * 96 * 64);
  std::vector<float> x = Random(std::int64_t{300} * 64, 3);
  // One row is a thousand times larger than its neighbors.
  for (int i = 0; i < 64; ++i) x[5 * 64 + i] *= 1000;
  const std::vector<float> y = Run(**layer, x, 300);
  const std::vector<double> expected = Plain(x, 300, weights);
  for (std::int64_t row = 0; row < 300; ++row) {
    CHECK(Cosine(y.data() + row * 96, expected.data() + row * 96, 96) > 0.999);
  }
}

TEST_CASE("Sums of the largest 8-bit products are right") {
  if (!PackedLinear::Supports(Precision::kInt8)) SKIP("this processor does not know int8");
  const std::int64_t inputs = GENERATE(32, 64, 250, 1000);
  const std::vector<float> w(static_cast<std::size_t>(96 * inputs), 0.25f);
  const auto layer =
      PackedLinear::Pack({.weight = w.data(), .outputs = 96, .inputs = inputs}, Precision::kInt8);
  REQUIRE(layer.ok());
  const float x = GENERATE(1.0f, -1.0f);
  for (const std::int64_t rows : {1, 7, 128, 200}) {
    const std::vector<float> y =
        Run(**layer, std::vector<float>(static_cast<std::size_t>(rows * inputs), x), rows);
    const float exact = 0.25f * x * static_cast<float>(inputs);
    for (const float sum : y) CHECK(std::abs(sum - exact) < 1e-4f * std::abs(exact));
  }
}

TEST_CASE("A row's 8-bit result does not depend on its neighbors") {
  if (!PackedLinear::Supports(Precision::kInt8)) SKIP("this processor does not know int8");
  const std::vector<float> w = Random(std::int64_t{48} * 32, 1);
  const auto layer = PackedLinear::Pack(
      {.weight = w.data(), .outputs = 48, .inputs = 32, .activation = Activation::kGelu},
      Precision::kInt8);
  REQUIRE(layer.ok());
  std::vector<float> x = Random(std::int64_t{40} * 32, 2);
  const std::vector<float> together = Run(**layer, x, 40);
  for (int i = 32; i < 40 * 32; ++i) x[i] *= 500;
  const std::vector<float> beside = Run(**layer, x, 40);
  for (int i = 0; i < 48; ++i) CHECK(together[i] == beside[i]);
}

TEST_CASE("Callers at the same time get what each gets alone") {
  const auto precision = GENERATE(Precision::kFloat32, Precision::kInt8, Precision::kBfloat16);
  if (!PackedLinear::Supports(precision)) SKIP("this processor does not know the precision");
  const std::vector<float> w = Random(std::int64_t{96} * 64, 1, 0.2f);
  const auto layer =
      PackedLinear::Pack({.weight = w.data(), .outputs = 96, .inputs = 64}, precision);
  REQUIRE(layer.ok());
  // As callers that share the cores.
  const int threads = ::omp_get_max_threads();
  ::omp_set_num_threads(1);
  // More numbers of rows than products are kept, and every one in several threads.
  constexpr std::int64_t kMost = 140;
  const std::vector<float> x = Random(kMost * 64, 3);
  std::vector<std::vector<float>> alone;
  for (std::int64_t rows = 1; rows <= kMost; ++rows) alone.push_back(Run(**layer, x, rows));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      ::omp_set_num_threads(1);
      for (std::int64_t rows = 1; rows <= kMost; ++rows) {
        std::vector<float> y(static_cast<std::size_t>(rows * 96));
        const bool done = (*layer)->Run(x.data(), rows, y.data());
        if (!done || y != alone[static_cast<std::size_t>(rows - 1)]) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  ::omp_set_num_threads(threads);
  CHECK(wrong == 0);
}

TEST_CASE("A layer that can be read gives its weights as they were, and lets go of each once") {
  constexpr std::int64_t kInputs = 37;
  const std::int64_t outputs = GENERATE(1, 64, 150);
  const std::vector<float> w = Random(outputs * kInputs, 1);
  std::vector<float> given = w;
  std::int64_t gone = 0;
  const auto layer =
      PackedLinear::Pack({.weight = given.data(),
                          .outputs = outputs,
                          .inputs = kInputs,
                          .on_read =
                              [&](std::int64_t read) {
                                REQUIRE(read > gone);
                                std::fill(given.begin(), given.begin() + read * kInputs, -7.0f);
                                gone = read;
                              }},
                         Precision::kFloat32);
  REQUIRE(layer.ok());
  if (!(*layer)->CanRead()) {
    CHECK(gone == 0);
    return;
  }
  CHECK(gone == outputs);
  for (std::int64_t output = 0; output < outputs; ++output) {
    std::vector<float> read(kInputs);
    (*layer)->ReadOutput(output, read.data());
    CHECK(std::equal(read.begin(), read.end(), w.begin() + output * kInputs));
  }
}

}  // namespace
}  // namespace clientele::inference
