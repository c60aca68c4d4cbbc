#include "common/inference/torchscript/graph_packing.h"

#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/module.h>

#include "tests/support/catch_with_torch.h"

namespace clientele::inference {
namespace {

at::Tensor Numbers(const std::vector<std::int64_t>& shape, double step) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return at::sin(at::arange(count, at::kFloat) * step).view(shape);
}

// `source` reads self.w [24, 16], self.b [24], self.v [16, 24] and self.scale.
torch::jit::Module Frozen(const std::string& source, const std::vector<std::string>& methods) {
  torch::jit::Module module("Packing");
  module.register_buffer("w", Numbers({24, 16}, 0.37));
  module.register_buffer("b", Numbers({24}, 1.1));
  module.register_buffer("v", Numbers({16, 24}, 0.71));
  module.register_attribute("scale", c10::FloatType::get(), 0.3);
  module.define(source);
  module.eval();
  return torch::jit::freeze(module, methods, /*optimize_numerics=*/false);
}

at::Tensor Call(const torch::jit::Module& module, const std::string& method,
                std::vector<c10::IValue> inputs) {
  const at::NoGradGuard no_grad;
  return module.get_method(method)(std::move(inputs)).toTensor();
}

const char kTwoLayers[] = R"py(
def forward(self, x: Tensor) -> Tensor:
    return torch.linear(torch.gelu(torch.linear(x, self.w, self.b)), self.v)

def other(self, x: Tensor) -> Tensor:
    h = torch.linear(x, self.w, self.b)
    return torch.relu(h) + h
)py";

TEST_CASE("Linear layers are packed once for all methods, with the activation behind them") {
  const torch::jit::Module plain = Frozen(kTwoLayers, {"forward", "other"});
  torch::jit::Module packed = Frozen(kTwoLayers, {"forward", "other"});
  const auto report = PackGraphs(packed, Precision::kFloat32);
  REQUIRE(report.ok());
  // forward: w with GELU, v. other: w alone, because its result is used twice.
  CHECK(report->weights == 3);
  CHECK(report->linears == 3);
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{16}, {5, 16}, {2, 3, 16}}) {
    const at::Tensor x = Numbers(shape, 0.9);
    for (const char* method : {"forward", "other"}) {
      const at::Tensor expected = Call(plain, method, {x});
      const at::Tensor actual = Call(packed, method, {x});
      CHECK(actual.sizes() == expected.sizes());
      CHECK(at::allclose(actual, expected, 1e-5, 1e-5));
    }
  }
  // A view whose rows do not follow each other.
  const at::Tensor strided = Numbers({16, 6}, 0.5).t();
  CHECK(at::allclose(Call(packed, "forward", {strided}), Call(plain, "forward", {strided}), 1e-5,
                     1e-5));
}

TEST_CASE(
    "A table that is also looked up is read in its packed form, or kept beside a rounded one") {
  const std::string source = R"py(
def forward(self, ids: Tensor) -> Tensor:
    return torch.linear(torch.embedding(self.w, ids), self.w, self.b)
def look(self, ids: Tensor) -> Tensor:
    return torch.embedding(self.w, ids)
)py";
  const torch::jit::Module plain = Frozen(source, {"forward", "look"});
  torch::jit::Module whole = Frozen(source, {"forward", "look"});
  const auto report = PackGraphs(whole, Precision::kFloat32);
  REQUIRE(report.ok());
  CHECK(report->weights == 1);
  const at::Tensor ids = at::arange(24, at::kLong).view({4, 6});
  CHECK(at::equal(Call(whole, "look", {ids}), Call(plain, "look", {ids})));
  CHECK(at::allclose(Call(whole, "forward", {ids}), Call(plain, "forward", {ids}), 1e-5, 1e-5));
  for (const std::int64_t outside : {-1, 24}) {
    CHECK_THROWS(Call(whole, "look", {at::full({1}, outside, at::kLong)}));
  }
  if (!PackedLinear::Supports(Precision::kInt8)) return;
  torch::jit::Module rounded = Frozen(source, {"forward", "look"});
  const auto rounded_report = PackGraphs(rounded, Precision::kInt8);
  REQUIRE(rounded_report.ok());
  CHECK(rounded_report->lookups == 0);
  CHECK(at::equal(Call(rounded, "look", {ids}), Call(plain, "look", {ids})));
  CHECK(at::allclose(Call(rounded, "forward", {ids}), Call(plain, "forward", {ids}), 0, 0.1));
}

// A module of some pages of weights; whoever else holds `w` keeps them from going.
torch::jit::Module FrozenLarge(const at::Tensor& w, const std::vector<std::string>& methods) {
  torch::jit::Module module("Packing");
  module.register_buffer("w", w);
  module.define(R"py(
def forward(self, x: Tensor) -> Tensor:
    return torch.linear(x, self.w)
def once_more(self, x: Tensor) -> Tensor:
    return torch.relu(torch.linear(x, self.w))
def first_rows(self, x: Tensor) -> Tensor:
    return torch.narrow(self.w, 0, 0, 8) + x
)py");
  module.eval();
  return torch::jit::freeze(module, methods, /*optimize_numerics=*/false);
}

TEST_CASE("Weights go while they are packed, unless they can be read elsewhere") {
  const auto fresh = [] { return Numbers({256, 128}, 0.37); };
  const at::Tensor x = Numbers({3, 128}, 0.9);
  const at::Tensor expected = at::linear(x, fresh());
  const auto agrees = [&](const torch::jit::Module& module, const char* method) {
    return at::allclose(Call(module, method, {x}).clamp_min(0), expected.clamp_min(0), 1e-5, 1e-5);
  };

  torch::jit::Module alone = FrozenLarge(fresh(), {"forward"});
  REQUIRE(PackGraphs(alone, Precision::kFloat32).ok());
  CHECK(agrees(alone, "forward"));

  // By another layer, and as it is.
  torch::jit::Module several = FrozenLarge(fresh(), {"forward", "once_more", "first_rows"});
  REQUIRE(PackGraphs(several, Precision::kFloat32).ok());
  CHECK(agrees(several, "forward"));
  CHECK(agrees(several, "once_more"));
  CHECK(at::equal(Call(several, "first_rows", {at::zeros({1})}), fresh().narrow(0, 0, 8)));

  const at::Tensor held = fresh();
  torch::jit::Module outside = FrozenLarge(held, {"forward"});
  REQUIRE(PackGraphs(outside, Precision::kFloat32).ok());
  CHECK(agrees(outside, "forward"));
  CHECK(at::equal(held, fresh()));

  // Memory that is not torch's.
  std::vector<float> own(std::size_t{256} * 128);
  at::Tensor lent = at::from_blob(own.data(), {256, 128});
  lent.copy_(fresh());
  torch::jit::Module borrowed = FrozenLarge(std::exchange(lent, at::Tensor()), {"forward"});
  REQUIRE(PackGraphs(borrowed, Precision::kFloat32).ok());
  CHECK(agrees(borrowed, "forward"));
  CHECK(at::equal(at::from_blob(own.data(), {256, 128}), fresh()));
}

TEST_CASE("Writes into a cache become one operator that writes the same") {
  const std::string source = R"py(
def forward(self, cache: Tensor, rows: Tensor, positions: Tensor, values: Tensor) -> Tensor:
    keys = cache[1]
    keys[rows, :, positions] = values
    return cache + self.scale
)py";
  const torch::jit::Module plain = Frozen(source, {"forward"});
  torch::jit::Module fused = Frozen(source, {"forward"});
  CHECK(PackGraphs(fused, Precision::kFloat32)->writes == 1);
  const auto agrees = [&](const at::Tensor& cache, const std::vector<std::int64_t>& rows,
                          const std::vector<std::int64_t>& positions, const at::Tensor& values) {
    at::Tensor expected = cache.clone();
    at::Tensor actual = cache.clone();
    const at::Tensor given =
        Call(fused, "forward", {actual, at::tensor(rows), at::tensor(positions), values});
    Call(plain, "forward", {expected, at::tensor(rows), at::tensor(positions), values});
    return at::equal(actual, expected) && at::allclose(given, actual + 0.3);
  };
  const at::Tensor cache = Numbers({2, 3, 2, 5, 4}, 0.3);
  const at::Tensor values = Numbers({3, 2, 4}, 0.7);
  CHECK(agrees(cache, {0, 1, 2}, {4, 0, 2}, values));
  CHECK(agrees(cache, {2, 0, 2}, {1, 1, 3}, values));
  CHECK(agrees(cache, {0, 1, -1}, {-5, 0, 2}, values));  // counted from the end
  CHECK(agrees(cache, {0, 1, 2}, {4, 0, 2}, Numbers({2, 3, 4}, 0.7).transpose(0, 1)));
  CHECK(agrees(cache, {0, 1, 2}, {4, 0, 2}, Numbers({4}, 0.7)));  // the same to all
  CHECK(agrees(cache.to(at::kDouble), {0, 1, 2}, {4, 0, 2}, values.to(at::kDouble)));
  for (const std::int64_t outside : {-6, 5}) {
    CHECK_THROWS(agrees(cache, {0, 1, 2}, {0, outside, 0}, values));
  }
}

const char kAttention[] = R"py(
def forward(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    scores = torch.matmul(q, k.transpose(2, 3)) * self.scale + bias
    return torch.matmul(torch.softmax(scores, -1), v)
)py";

TEST_CASE("Softmax attention becomes one operator with the same result") {
  const torch::jit::Module plain = Frozen(kAttention, {"forward"});
  torch::jit::Module fused = Frozen(kAttention, {"forward"});
  CHECK(PackGraphs(fused, Precision::kFloat32)->attentions == 1);
  const auto agrees = [&](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          const at::Tensor& bias) {
    const at::Tensor expected = Call(plain, "forward", {q, k, v, bias});
    const at::Tensor actual = Call(fused, "forward", {q, k, v, bias});
    return actual.sizes() == expected.sizes() && at::allclose(actual, expected, 1e-5, 1e-6);
  };
  const at::Tensor q = Numbers({2, 3, 7, 4}, 0.3);
  const at::Tensor k = Numbers({2, 3, 9, 4}, 0.7);
  const at::Tensor v = Numbers({2, 3, 9, 4}, 1.3);
  CHECK(agrees(q, k, v, at::zeros({1})));
  CHECK(agrees(q, k, v, Numbers({2, 1, 1, 9}, 2.0)));
  CHECK(agrees(q, k, v, Numbers({3, 7, 9}, 2.0)));
  // Heads beside each other, as they come out of a linear layer.
  const at::Tensor beside = Numbers({2, 9, 3, 4}, 0.2).transpose(1, 2);
  CHECK(agrees(q, beside, beside, at::zeros({1})));
  // What the kernel does not read goes the plain way: a width that is not contiguous, heads
  // that are broadcast, another type.
  CHECK(agrees(Numbers({2, 3, 4, 7}, 0.3).transpose(2, 3), k, v, at::zeros({1})));
  CHECK(agrees(q, k.narrow(1, 0, 1), v.narrow(1, 0, 1), at::zeros({1})));
  CHECK(
      agrees(q.to(at::kDouble), k.to(at::kDouble), v.to(at::kDouble), at::zeros({1}, at::kDouble)));
}

TEST_CASE("Scores that are used twice are left alone") {
  torch::jit::Module module = Frozen(R"py(
def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    scores = torch.matmul(q, k.transpose(2, 3)) * self.scale + 1
    return torch.matmul(torch.softmax(scores, -1), v) + scores.sum()
)py",
                                     {"forward"});
  CHECK(PackGraphs(module, Precision::kFloat32)->attentions == 0);
}

TEST_CASE("Inputs of the wrong width fail as an error, not as a read out of bounds") {
  torch::jit::Module packed = Frozen(kTwoLayers, {"forward", "other"});
  REQUIRE(PackGraphs(packed, Precision::kFloat32).ok());
  CHECK_THROWS(Call(packed, "forward", {at::zeros({2, 15})}));
  CHECK_THROWS(Call(packed, "forward", {at::zeros({2, 16}, at::kLong)}));
}

}  // namespace
}  // namespace clientele::inference
