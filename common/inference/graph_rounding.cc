#include "common/inference/graph_rounding.h"

#include <map>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/graph_nodes.h"

namespace clientele::inference {
namespace {

using torch::jit::Node;
using torch::jit::Value;

// Methods share weights, and so their rounded forms.
using Rounded = std::map<const void*, at::Tensor>;

at::Tensor Round(const at::Tensor& given, c10::ScalarType type, Rounded& rounded) {
  at::Tensor& kept = rounded[given.data_ptr()];
  if (!kept.defined()) kept = given.to(type);
  return kept;
}

// aten::to(x, type).
Value* Convert(Node* place, Value* x, c10::ScalarType type) {
  Value* no = InsertConstantBefore(place, false);
  return InsertBefore(place, "aten::to",
                      {x, InsertConstantBefore(place, static_cast<std::int64_t>(type)), no, no,
                       InsertConstantBefore(place, c10::IValue())})
      ->output();
}

bool RoundLinear(Node* linear, c10::ScalarType type, Rounded& rounded) {
  const auto weight = ConstantTensor(linear->input(1));
  const auto bias = ConstantTensor(linear->input(2));
  if (!weight || weight->scalar_type() != at::kFloat) return false;
  if (!bias && !linear->input(2)->mustBeNone()) return false;
  if (bias && bias->scalar_type() != at::kFloat) return false;
  const c10::IValue none;
  Value* x = Convert(linear, linear->input(0), type);
  Value* w = InsertConstantBefore(linear, Round(*weight, type, rounded));
  Value* b = InsertConstantBefore(linear, bias ? Round(*bias, type, rounded) : none);
  Node* half = InsertBefore(linear, "aten::linear", {x, w, b});
  Replace(linear, Convert(linear, half->output(), at::kFloat)->node());
  Value* old_weight = linear->input(1);
  Value* old_bias = linear->input(2);
  linear->destroy();
  DestroyIfUnused(old_weight);
  DestroyIfUnused(old_bias);
  return true;
}

}  // namespace

absl::StatusOr<std::size_t> RoundLinears(torch::jit::Module& module, c10::ScalarType type) {
  try {
    std::size_t layers = 0;
    Rounded rounded;
    for (const auto& method : module.get_methods()) {
      for (Node* linear : NodesOf(*method.graph(), c10::aten::linear)) {
        layers += RoundLinear(linear, type, rounded) ? 1 : 0;
      }
    }
    return layers;
  } catch (const std::exception&) {
    return absl::InternalError("the model's graph cannot be rewritten");
  }
}

}  // namespace clientele::inference
