#include "common/modeling/architectures/item_sequence.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>

#include "absl/strings/match.h"

#include "common/modeling/checkpoint/random_weights.h"
#include "common/training/named_tensors.h"

namespace clientele::modeling {
namespace {

using Catch::Approx;
using Row = std::vector<double>;

constexpr ItemSequenceShape kSmall = {
    .items = 9, .positions = 6, .width = 8, .layers = 2, .heads = 2, .dropout = 0.5};

// Weights of size one, so that attention is far from even.
torch::jit::Module SmallModule() {
  RandomWeights weights(5);
  auto module = MakeItemSequence(kSmall, weights);
  REQUIRE(module.ok());
  for (const training::NamedTensor& each : training::StateOf(*module)) {
    if (!absl::StrContains(each.name, "norm")) each.tensor.mul_(30);
  }
  return *module;
}

at::Tensor States(const torch::jit::Module& module, const std::vector<std::int64_t>& items) {
  return module.get_method("states")({at::tensor(items).unsqueeze(0)}).toTensor()[0];
}

Row Values(const at::Tensor& tensor) {
  const at::Tensor doubles = tensor.to(at::kDouble).contiguous();
  return {doubles.data_ptr<double>(), doubles.data_ptr<double>() + doubles.numel()};
}

Row Normalized(const Row& x, const torch::jit::Module& module, const std::string& name) {
  const Row scale = Values(module.attr(name + "_weight").toTensor());
  const Row shift = Values(module.attr(name + "_bias").toTensor());
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
  Row out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    out.push_back((x[i] - mean) / std::sqrt(variance + 1e-5) * scale[i] + shift[i]);
  }
  return out;
}

Row Linear(const Row& x, const torch::jit::Module& module, const std::string& name) {
  const Row weight = Values(module.attr(name + "_weight").toTensor());
  Row out = Values(module.attr(name + "_bias").toTensor());
  for (std::size_t o = 0; o < out.size(); ++o) {
    for (std::size_t i = 0; i < x.size(); ++i) out[o] += weight[o * x.size() + i] * x[i];
  }
  return out;
}

void AddTo(Row& x, const Row& more) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += more[i];
}

// The states of a sequence by plain loops in double precision.
std::vector<Row> LoopStates(const torch::jit::Module& module,
                            const std::vector<std::int64_t>& items) {
  const auto width = static_cast<std::size_t>(kSmall.width);
  const auto heads = static_cast<std::size_t>(kSmall.heads);
  const std::size_t part = width / heads;
  std::vector<Row> x;
  for (std::size_t t = 0; t < items.size(); ++t) {
    Row row = Values(module.attr("table").toTensor()[items[t]]);
    for (double& value : row) value *= std::sqrt(static_cast<double>(width));
    AddTo(row, Values(module.attr("places").toTensor()[static_cast<std::int64_t>(t)]));
    x.push_back(row);
  }
  for (std::int64_t l = 0; l < kSmall.layers; ++l) {
    const torch::jit::Module layer = module.attr("layer" + std::to_string(l)).toModule();
    std::vector<Row> qkv, next = x;
    for (const Row& row : x)
      qkv.push_back(Linear(Normalized(row, layer, "norm1"), layer, "attention"));
    for (std::size_t t = 0; t < x.size(); ++t) {
      Row mixed(width, 0);
      for (std::size_t h = 0; h < heads; ++h) {
        Row chances;
        double sum = 0;
        for (std::size_t s = 0; s <= t; ++s) {
          double score = 0;
          for (std::size_t i = h * part; i < (h + 1) * part; ++i) {
            score += qkv[t][i] * qkv[s][width + i];
          }
          chances.push_back(std::exp(score / std::sqrt(static_cast<double>(part))));
          sum += chances.back();
        }
        for (std::size_t s = 0; s <= t; ++s) {
          for (std::size_t i = h * part; i < (h + 1) * part; ++i) {
            mixed[i] += chances[s] / sum * qkv[s][2 * width + i];
          }
        }
      }
      AddTo(next[t], Linear(mixed, layer, "output"));
      Row hidden = Linear(Normalized(next[t], layer, "norm2"), layer, "inner");
      for (double& value : hidden) value = std::max(value, 0.0);
      AddTo(next[t], Linear(hidden, layer, "outer"));
    }
    x = next;
  }
  for (Row& row : x) row = Normalized(row, module, "norm");
  return x;
}

TEST_CASE("the states of a sequence are those of plain loops") {
  const torch::jit::Module module = SmallModule();
  const std::vector<std::int64_t> items = {4, 8, 0, 4, 1};
  const at::Tensor states = States(module, items);
  const std::vector<Row> expected = LoopStates(module, items);
  for (std::size_t t = 0; t < items.size(); ++t) {
    const Row own = Values(states[static_cast<std::int64_t>(t)]);
    for (std::size_t i = 0; i < own.size(); ++i) {
      CHECK(own[i] == Approx(expected[t][i]).margin(1e-3));
    }
  }
}

TEST_CASE("a later item changes no earlier state, and an earlier one changes later states") {
  const torch::jit::Module module = SmallModule();
  const at::Tensor one = States(module, {4, 8, 0, 2, 1}), other = States(module, {4, 8, 3, 2, 1});
  CHECK(at::equal(one.slice(0, 0, 2), other.slice(0, 0, 2)));
  for (std::int64_t t = 2; t < 5; ++t) CHECK(!at::allclose(one[t], other[t], 1e-3, 1e-3));
}

TEST_CASE("what fills a row up changes nothing, and the state is that after the last item") {
  torch::jit::Module module = SmallModule();
  const std::vector<std::int64_t> items = {4, 8, 0, 0, 3, 2, 1, 5}, lengths = {2, 4};
  const at::Tensor last =
      module.forward({at::tensor(items).view({2, 4}), at::tensor(lengths)}).toTensor();
  CHECK(at::allclose(last[0], States(module, {4, 8})[1], 1e-4, 1e-5));
  CHECK(at::allclose(last[1], States(module, {3, 2, 1, 5})[3], 1e-4, 1e-5));
}

TEST_CASE("dropout is there in training alone") {
  torch::jit::Module module = SmallModule();
  CHECK(at::equal(States(module, {1, 2, 3}), States(module, {1, 2, 3})));
  module.train(true);
  CHECK(!at::equal(States(module, {1, 2, 3}), States(module, {1, 2, 3})));
  module.train(false);
  CHECK(at::equal(States(module, {1, 2, 3}), States(module, {1, 2, 3})));
}

TEST_CASE("a shape that is impossible is refused, by the name of what is wrong") {
  const auto message = [](ItemSequenceShape shape) {
    RandomWeights weights(1);
    return std::string(MakeItemSequence(shape, weights).status().message());
  };
  CHECK(absl::StrContains(message({.items = 0}), "items"));
  CHECK(absl::StrContains(message({.items = 5, .positions = 0}), "positions"));
  CHECK(absl::StrContains(message({.items = 5, .width = 9, .heads = 2}), "heads"));
  CHECK(absl::StrContains(message({.items = 5, .layers = -1}), "layers"));
  CHECK(absl::StrContains(message({.items = 5, .dropout = NAN}), "dropout"));
}

}  // namespace
}  // namespace clientele::modeling
