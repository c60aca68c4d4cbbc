#include "common/inference/torchscript/graph_nodes.h"

#include <torch/csrc/jit/ir/constants.h>

namespace clientele::inference {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

namespace {

void Collect(Block* block, c10::Symbol kind, std::vector<Node*>& out) {
  for (Node* node : block->nodes()) {
    if (node->kind() == kind) out.push_back(node);
    for (Block* inner : node->blocks()) Collect(inner, kind, out);
  }
}

}  // namespace

std::vector<Node*> NodesOf(Graph& graph, c10::Symbol kind) {
  std::vector<Node*> nodes;
  Collect(graph.block(), kind, nodes);
  return nodes;
}

std::optional<at::Tensor> ConstantTensor(Value* value) {
  const auto constant = torch::jit::toIValue(value);
  if (!constant || !constant->isTensor() || !constant->toTensor().defined()) return std::nullopt;
  return constant->toTensor();
}

bool IsConstant(Value* value, const c10::IValue& wanted) {
  const auto constant = torch::jit::toIValue(value);
  return constant && *constant == wanted;
}

Value* InsertConstantBefore(Node* place, const c10::IValue& value) {
  const torch::jit::WithInsertPoint at(place);
  return place->owningGraph()->insertConstant(value);
}

Node* InsertBefore(Node* place, const char* operation, at::ArrayRef<Value*> inputs) {
  Graph* graph = place->owningGraph();
  return graph->create(c10::Symbol::fromQualString(operation), inputs)->insertBefore(place);
}

void Replace(Node* last, Node* with) {
  with->output()->setType(last->output()->type());
  last->output()->replaceAllUsesWith(with->output());
}

void DestroyIfUnused(Value* constant) {
  if (constant->uses().empty()) constant->node()->destroy();
}

}  // namespace clientele::inference
