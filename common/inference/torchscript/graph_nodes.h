#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_NODES_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_NODES_H_

// Reading and replacing nodes of a frozen TorchScript graph: what its rewrites have in common.
// Nodes and values belong to their graph.

#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/ir/ir.h>

namespace clientele::inference {

// All nodes of a kind, those of inner blocks too.
std::vector<torch::jit::Node*> NodesOf(torch::jit::Graph& graph, c10::Symbol kind);

// What a value always is; nullopt where it is no constant, or no tensor.
std::optional<at::Tensor> ConstantTensor(torch::jit::Value* value);
bool IsConstant(torch::jit::Value* value, const c10::IValue& wanted);

torch::jit::Value* InsertConstantBefore(torch::jit::Node* place, const c10::IValue& value);
// A node `operation(inputs)` with one output.
torch::jit::Node* InsertBefore(torch::jit::Node* place, const char* operation,
                               at::ArrayRef<torch::jit::Value*> inputs);

// `with` replaces `last`, which is left without users.
void Replace(torch::jit::Node* last, torch::jit::Node* with);
void DestroyIfUnused(torch::jit::Value* constant);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_NODES_H_
