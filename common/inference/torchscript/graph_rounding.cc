#include "common/inference/torchscript/graph_rounding.h"

#include <map>
#include <optional>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/torchscript/graph_nodes.h"

namespace clientele::inference {
namespace {

using torch::jit::Node;
using torch::jit::Value;

bool IsFloat(const std::optional<at::Tensor>& constant) {
  return constant && constant->scalar_type() == at::kFloat;
}

// Layers with constant weights over all methods, those that share a weight together.
std::map<const void*, std::vector<Node*>> LinearsByWeight(torch::jit::Module& module) {
  std::map<const void*, std::vector<Node*>> linears;
  for (const auto& method : module.get_methods()) {
    for (Node* linear : NodesOf(*method.graph(), c10::aten::linear)) {
      const auto weight = ConstantTensor(linear->input(1));
      const bool biased = !linear->input(2)->mustBeNone();
      if (!IsFloat(weight) || (biased && !IsFloat(ConstantTensor(linear->input(2))))) continue;
      linears[weight->data_ptr()].push_back(linear);
    }
  }
  return linears;
}

// aten::to(x, type).
Value* Convert(Node* place, Value* x, c10::ScalarType type) {
  Value* no = InsertConstantBefore(place, false);
  return InsertBefore(place, "aten::to",
                      {x, InsertConstantBefore(place, static_cast<std::int64_t>(type)), no, no,
                       InsertConstantBefore(place, c10::IValue())})
      ->output();
}

void RoundLinear(Node* linear, const at::Tensor& weight, c10::ScalarType type) {
  const auto bias = ConstantTensor(linear->input(2));
  Value* x = Convert(linear, linear->input(0), type);
  Value* w = InsertConstantBefore(linear, weight);
  Value* b = InsertConstantBefore(linear, bias ? c10::IValue(bias->to(type)) : c10::IValue());
  Node* half = InsertBefore(linear, "aten::linear", {x, w, b});
  Replace(linear, Convert(linear, half->output(), at::kFloat)->node());
  Value* old_weight = linear->input(1);
  Value* old_bias = linear->input(2);
  linear->destroy();
  DestroyIfUnused(old_weight);
  DestroyIfUnused(old_bias);
}

}  // namespace

absl::StatusOr<std::size_t> RoundLinears(torch::jit::Module& module, c10::ScalarType type) {
  try {
    std::size_t layers = 0;
    for (const auto& [key, linears] : LinearsByWeight(module)) {
      const at::Tensor weight = ConstantTensor(linears.front()->input(1))->to(type);
      for (Node* linear : linears) RoundLinear(linear, weight, type);
      layers += linears.size();
    }
    return layers;
  } catch (const std::exception&) {
    return absl::InternalError("the model's graph cannot be rewritten");
  }
}

}  // namespace clientele::inference
