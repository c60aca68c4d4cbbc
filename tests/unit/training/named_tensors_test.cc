#include "common/training/named_tensors.h"

#include <string>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/Functions.h>
#include <torch/csrc/jit/api/module.h>

namespace clientele::training {
namespace {

torch::jit::Module SmallModule() {
  torch::jit::Module inner("Inner");
  inner.register_parameter("weight", at::arange(6, at::kFloat).view({2, 3}), false);
  torch::jit::Module module("Outer");
  module.register_module("inner", inner);
  module.register_buffer("count", at::tensor({7}, at::kLong));
  return module;
}

TEST_CASE("parameters and buffers are found by name, and are the module's own") {
  const torch::jit::Module module = SmallModule();
  const auto state = StateOf(module);
  REQUIRE(state.size() == 2);
  CHECK(state[0].name == "inner.weight");
  CHECK(state[1].name == "count");
  at::Tensor weight = state[0].tensor;
  weight.detach().fill_(3);
  CHECK(at::equal(StateOf(module)[0].tensor, at::full({2, 3}, 3.0f)));
}

TEST_CASE("values that were kept are put back") {
  const auto state = StateOf(SmallModule());
  const auto kept = Copy(state);
  const auto bytes = ToBytes(state);
  REQUIRE(bytes.ok());
  for (const bool from_bytes : {true, false}) {
    for (const NamedTensor& entry : state) entry.tensor.detach().zero_();
    if (from_bytes) {
      REQUIRE(CopyInto(*bytes, state).ok());
    } else {
      Assign(kept, state);
    }
    for (std::size_t i = 0; i < state.size(); ++i) {
      CHECK(at::equal(state[i].tensor, kept[i].tensor));
    }
  }
}

TEST_CASE("bytes of another module are refused and change nothing") {
  const auto state = StateOf(SmallModule());
  auto fewer = state;
  fewer.pop_back();
  auto renamed = Copy(state);
  renamed[1].name = "total";
  auto reshaped = Copy(state);
  reshaped[0].tensor = at::zeros({3, 2});
  auto retyped = Copy(state);
  retyped[0].tensor = at::zeros({2, 3}, at::kDouble);
  const auto before = Copy(state);
  for (const auto& other : {fewer, renamed, reshaped, retyped}) {
    CHECK(absl::IsInvalidArgument(CopyInto(*ToBytes(other), state)));
  }
  CHECK(absl::IsInvalidArgument(CopyInto(*ToBytes(state), fewer)));
  CHECK(absl::IsInvalidArgument(CopyInto("nonsense", state)));
  CHECK(absl::IsInvalidArgument(CopyInto("", state)));
  CHECK(at::equal(state[0].tensor, before[0].tensor));
}

}  // namespace
}  // namespace clientele::training
