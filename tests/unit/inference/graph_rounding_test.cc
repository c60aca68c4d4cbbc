#include "common/inference/torchscript/graph_rounding.h"

#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/passes/freeze_module.h>

#include "tests/support/catch_with_torch.h"

namespace clientele::inference {
namespace {

const char kSource[] = R"py(
def forward(self, ids: Tensor) -> Tensor:
    x = torch.embedding(self.w, ids)
    return torch.linear(torch.gelu(torch.linear(x, self.v)), self.w, self.b)

def free(self, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x, weight)
)py";

at::Tensor W() { return at::sin(at::arange(24 * 16, at::kFloat) * 0.37).view({24, 16}); }
at::Tensor V() { return at::sin(at::arange(16 * 16, at::kFloat) * 0.71).view({16, 16}); }
at::Tensor B() { return at::sin(at::arange(24, at::kFloat)); }

torch::jit::Module FrozenModel() {
  torch::jit::Module module("Rounding");
  module.register_buffer("w", W());
  module.register_buffer("b", B());
  module.register_buffer("v", V());
  module.define(kSource);
  module.eval();
  return torch::jit::freeze_module(module, {"forward", "free"});
}

at::Tensor CallMethod(const torch::jit::Module& module, const std::string& method,
                      std::vector<c10::IValue> inputs) {
  const at::NoGradGuard no_grad;
  return module.get_method(method)(std::move(inputs)).toTensor();
}

// On the CPU with bfloat16, whose products torch has there too.
TEST_CASE("Linear layers compute in half precision, and everything between them in float32") {
  const torch::jit::Module plain = FrozenModel();
  torch::jit::Module rounded = FrozenModel();
  const auto layers = RoundLinears(rounded, at::kBFloat16);
  REQUIRE(layers.ok());
  CHECK(*layers == 2);

  const at::Tensor ids = at::arange(24, at::kLong).view({4, 6});
  const at::Tensor actual = CallMethod(rounded, "forward", {ids});
  const at::Tensor expected = CallMethod(plain, "forward", {ids});
  CHECK(actual.scalar_type() == at::kFloat);
  CHECK(at::allclose(actual, expected, 0, 0.1));
  CHECK_FALSE(at::allclose(actual, expected, 0, 1e-4));  // it is rounded

  // By hand: the same roundings at the same places.
  const auto half = [](const at::Tensor& t) { return t.to(at::kBFloat16); };
  const at::Tensor h =
      at::gelu(at::linear(half(at::embedding(W(), ids)), half(V())).to(at::kFloat));
  CHECK(at::equal(actual, at::linear(half(h), half(W()), half(B())).to(at::kFloat)));
}

TEST_CASE("A layer whose weights come from outside is left alone") {
  torch::jit::Module rounded = FrozenModel();
  REQUIRE(RoundLinears(rounded, at::kBFloat16).ok());
  const at::Tensor x = at::ones({2, 3});
  const at::Tensor weight = at::full({4, 3}, 1.0 / 3);
  CHECK(at::equal(CallMethod(rounded, "free", {x, weight}), at::linear(x, weight)));
}

}  // namespace
}  // namespace clientele::inference
