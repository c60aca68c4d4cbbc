#include "common/inference/torchscript/kernels/row_quantization.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "common/inference/torchscript/kernels/vector_math.h"

namespace clientele::inference {
namespace {

TEST_CASE("A row is rounded with the scale of its largest magnitude") {
  const std::vector<float> row = {0.0f, 1.0f, -2.54f, 0.02f, 1.27f, -0.03f};
  std::vector<std::int8_t> rounded(row.size());
  CHECK(QuantizeRow(row.data(), 6, kWholeRange, rounded.data()) == Catch::Approx(0.02));
  CHECK(rounded == std::vector<std::int8_t>{0, 50, -127, 1, 64, -2});  // 63.5 and 1.5 go to even
}

TEST_CASE("A row of zeros has scale zero") {
  const std::vector<float> row(40, 0.0f);
  std::vector<std::int8_t> rounded(40, 5);
  CHECK(QuantizeRow(row.data(), 40, kWholeRange, rounded.data()) == 0.0f);
  CHECK(rounded == std::vector<std::int8_t>(40, 0));
}

TEST_CASE("The largest magnitude is found wherever it stands") {
  const std::int64_t length = GENERATE(1, 31, 32, 33, 100);
  for (std::int64_t place = 0; place < length; ++place) {
    std::vector<float> row(static_cast<std::size_t>(length), 0.5f);
    row[place] = -254.0f;
    std::vector<std::int8_t> rounded(row.size());
    CHECK(QuantizeRow(row.data(), length, kWholeRange, rounded.data()) == 2.0f);
    CHECK(rounded[place] == -127);
  }
}

TEST_CASE("A finished row is scaled, biased and activated") {
  const std::vector<float> scales = {1.0f, 2.0f, 0.5f};
  const std::vector<float> bias = {0.1f, -0.2f, 0.0f};
  const auto finish = [&](Activation activation, const float* added) {
    std::vector<float> y = {10.0f, -10.0f, 4.0f};
    FinishRow(y.data(), 3, 0.1f, scales.data(), added, activation);
    return y;
  };
  const std::vector<float> plain = finish(Activation::kNone, nullptr);
  CHECK(plain[0] == Catch::Approx(1.0));
  CHECK(plain[1] == Catch::Approx(-2.0));
  CHECK(plain[2] == Catch::Approx(0.2));
  const double x[] = {1.1, -2.2, 0.2};
  const std::vector<float> biased = finish(Activation::kNone, bias.data());
  const std::vector<float> relu = finish(Activation::kRelu, bias.data());
  const std::vector<float> silu = finish(Activation::kSilu, bias.data());
  const std::vector<float> gelu = finish(Activation::kGelu, bias.data());
  const std::vector<float> gelu_tanh = finish(Activation::kGeluTanh, bias.data());
  for (int i = 0; i < 3; ++i) {
    CHECK(biased[i] == Catch::Approx(x[i]));
    CHECK(relu[i] == Catch::Approx(std::max(0.0, x[i])));
    CHECK(silu[i] == Catch::Approx(x[i] / (1 + std::exp(-x[i]))));
    CHECK(gelu[i] ==
          Catch::Approx(0.5 * x[i] * (1 + std::erf(x[i] / std::sqrt(2.0)))).margin(1e-6));
    const double inner = std::sqrt(2 / 3.14159265358979) * (x[i] + 0.044715 * x[i] * x[i] * x[i]);
    CHECK(gelu_tanh[i] == Catch::Approx(0.5 * x[i] * (1 + std::tanh(inner))).margin(1e-6));
  }
}

TEST_CASE("The vector exponential and error function keep their bounds") {
  for (int i = -8000; i <= 8800; ++i) {
    const float x = static_cast<float>(i) / 100;
    const double exact = std::exp(static_cast<double>(x));
    CHECK(std::abs(FastExp(x) - exact) <= 4e-7 * exact);
  }
  for (int i = -600; i <= 600; ++i) {
    const float x = static_cast<float>(i) / 100;
    CHECK(std::abs(FastErf(x) - std::erf(static_cast<double>(x))) <= 3e-7);
    CHECK(std::abs(FastTanh(x) - std::tanh(static_cast<double>(x))) <= 3e-7);
  }
  CHECK(FastExp(-1000.0f) < 2e-35f);
  CHECK(std::isfinite(FastExp(1000.0f)));
}

TEST_CASE("Bfloat16 rounds to nearest, ties to even, and keeps NaN") {
  const auto rounded = [](float x) {
    std::uint16_t out = 0;
    RoundToBfloat16(&x, 1, &out);
    return out;
  };
  CHECK(rounded(1.0f) == 0x3f80);
  CHECK(rounded(-2.0f) == 0xc000);
  CHECK(rounded(std::bit_cast<float>(0x3f808000U)) == 0x3f80);  // a tie, to even
  CHECK(rounded(std::bit_cast<float>(0x3f818000U)) == 0x3f82);  // a tie, to even
  CHECK(rounded(std::bit_cast<float>(0x3f808001U)) == 0x3f81);
  CHECK(rounded(std::numeric_limits<float>::infinity()) == 0x7f80);
  const std::uint16_t nan = rounded(std::bit_cast<float>(0x7f800001U));
  CHECK((nan & 0x7f80) == 0x7f80);
  CHECK((nan & 0x7f) != 0);
}

}  // namespace
}  // namespace clientele::inference
