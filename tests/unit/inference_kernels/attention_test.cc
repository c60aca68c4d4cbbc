#include "common/inference/torchscript/kernels/attention.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace clientele::inference {
namespace {

std::vector<float> RandomValues(std::int64_t size, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(size));
  for (float& value : values) value = normal(bits);
  return values;
}

// One query's result [width], in double, from the formula.
std::vector<double> Expected(const AttentionInputs& in, std::int64_t row, std::int64_t head,
                             std::int64_t query) {
  const auto at = [&](const float* data, const HeadStrides& s, std::int64_t position,
                      std::int64_t i) {
    return static_cast<double>(data[row * s.row + head * s.head + position * s.position + i]);
  };
  double total = 0;
  std::vector<double> values(static_cast<std::size_t>(in.width));
  for (std::int64_t key = 0; key < in.keys; ++key) {
    double score = 0;
    for (std::int64_t i = 0; i < in.width; ++i) {
      score += at(in.q, in.q_strides, query, i) * at(in.k, in.k_strides, key, i);
    }
    const BiasStrides& b = in.bias_strides;
    score = score * in.scale + in.bias[row * b.row + head * b.head + query * b.query + key * b.key];
    const double weight = std::exp(score);
    total += weight;
    for (std::int64_t d = 0; d < in.width; ++d) {
      values[d] += weight * at(in.v, in.v_strides, key, d);
    }
  }
  for (double& value : values) value /= total;
  return values;
}

TEST_CASE("Attention follows its formula for every layout and broadcast bias") {
  const std::int64_t queries = GENERATE(1, 5, 66);
  const std::int64_t keys = GENERATE(1, 9, 35);
  const bool interleaved = GENERATE(true, false);  // [rows, positions, heads, width] or heads first
  const int bias_kind = GENERATE(0, 1, 2);
  const std::int64_t rows = 2;
  const std::int64_t heads = 3;
  const std::int64_t width = GENERATE(8, 32, 64, 128);
  const auto strides = [&](std::int64_t positions) {
    return interleaved ? HeadStrides{positions * heads * width, width, heads * width}
                       : HeadStrides{heads * positions * width, positions * width, width};
  };
  const std::vector<float> q = RandomValues(rows * heads * queries * width, 1);
  const std::vector<float> k = RandomValues(rows * heads * keys * width, 2);
  const std::vector<float> v = RandomValues(rows * heads * keys * width, 3);
  const std::vector<float> bias = RandomValues(rows * heads * queries * keys, 4);
  const BiasStrides bias_strides[] = {
      {}, {.row = keys, .key = 1}, {heads * queries * keys, queries * keys, keys, 1}};
  const AttentionInputs inputs = {.rows = rows,
                                  .heads = heads,
                                  .queries = queries,
                                  .keys = keys,
                                  .width = width,
                                  .q = q.data(),
                                  .q_strides = strides(queries),
                                  .k = k.data(),
                                  .k_strides = strides(keys),
                                  .v = v.data(),
                                  .v_strides = strides(keys),
                                  .bias = bias.data(),
                                  .bias_strides = bias_strides[bias_kind],
                                  .scale = 0.35f};
  std::vector<float> out(q.size());
  const HeadStrides out_strides = strides(queries);
  Attend(inputs, out.data(), out_strides);
  double worst = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t head = 0; head < heads; ++head) {
      for (std::int64_t query = 0; query < queries; ++query) {
        const std::vector<double> expected = Expected(inputs, row, head, query);
        for (std::int64_t d = 0; d < width; ++d) {
          const float actual = out[row * out_strides.row + head * out_strides.head +
                                   query * out_strides.position + d];
          worst = std::max(worst, std::abs(actual - expected[d]));
        }
      }
    }
  }
  CHECK(worst < 1e-5);
}

TEST_CASE("A key that the bias hides has no part in the result") {
  const std::int64_t queries = GENERATE(1, 3);
  const std::vector<float> q = RandomValues(12, 1);
  std::vector<float> k = RandomValues(12, 2);
  std::vector<float> v = RandomValues(12, 3);
  const std::vector<float> bias = {0, 0, -30000};
  const auto run = [&] {
    std::vector<float> out(static_cast<std::size_t>(queries * 4));
    Attend({.rows = 1,
            .heads = 1,
            .queries = queries,
            .keys = 3,
            .width = 4,
            .q = q.data(),
            .q_strides = {12, 12, 4},
            .k = k.data(),
            .k_strides = {12, 12, 4},
            .v = v.data(),
            .v_strides = {12, 12, 4},
            .bias = bias.data(),
            .bias_strides = {.key = 1},
            .scale = 1},
           out.data(), {12, 12, 4});
    return out;
  };
  const std::vector<float> before = run();
  for (int i = 8; i < 12; ++i) {
    k[i] = 100;
    v[i] = 1e37F;  // times a weight that is not 0 it would show
  }
  CHECK(run() == before);
}

}  // namespace
}  // namespace clientele::inference
