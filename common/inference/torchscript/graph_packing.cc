#include "common/inference/torchscript/graph_packing.h"

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <c10/core/CPUAllocator.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

#include "common/inference/bundle/memory_pages.h"
#include "common/inference/torchscript/graph_nodes.h"
#include "common/inference/torchscript/packed_operators.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using torch::jit::Node;
using torch::jit::Value;

std::optional<Activation> ActivationOf(Node* node) {
  if (node->kind() == c10::aten::relu) return Activation::kRelu;
  if (node->kind() == c10::aten::silu) return Activation::kSilu;
  if (node->kind() == c10::aten::gelu) {
    const auto approximate = torch::jit::toIValue(node->input(1));
    if (!approximate || !approximate->isString()) return std::nullopt;
    return approximate->toStringRef() == "tanh" ? Activation::kGeluTanh : Activation::kGelu;
  }
  return std::nullopt;
}

// One aten::linear with constant weights, and the activation that is its only user.
struct Site {
  Node* linear = nullptr;
  Node* activation = nullptr;
};

// Nodes that read rows of a weight, as tied embeddings do.
using Lookups = std::map<const void*, std::vector<Node*>>;

// Sites that can share a packed layer.
struct LayerKey {
  const void* weight = nullptr;
  const void* bias = nullptr;
  Activation activation = Activation::kNone;
  auto operator<=>(const LayerKey&) const = default;
};

bool IsPackable(const at::Tensor& weight) {
  return weight.dim() == 2 && weight.scalar_type() == at::kFloat && weight.device().is_cpu() &&
         weight.is_contiguous() && weight.numel() > 0;
}

std::map<LayerKey, std::vector<Site>> FindSites(torch::jit::Module& module) {
  std::map<LayerKey, std::vector<Site>> sites;
  for (const auto& method : module.get_methods()) {
    for (Node* linear : NodesOf(*method.graph(), c10::aten::linear)) {
      const auto weight = ConstantTensor(linear->input(1));
      if (!weight || !IsPackable(*weight)) continue;
      LayerKey key{.weight = weight->data_ptr()};
      if (!linear->input(2)->mustBeNone()) {
        const auto bias = ConstantTensor(linear->input(2));
        if (!bias || bias->scalar_type() != at::kFloat || !bias->is_contiguous() ||
            bias->numel() != weight->size(0)) {
          continue;
        }
        key.bias = bias->data_ptr();
      }
      Site site{.linear = linear};
      const auto& uses = linear->output()->uses();
      if (uses.size() == 1) {
        if (const auto activation = ActivationOf(uses[0].user)) {
          key.activation = *activation;
          site.activation = uses[0].user;
        }
      }
      sites[key].push_back(site);
    }
  }
  return sites;
}

Lookups FindLookups(torch::jit::Module& module) {
  Lookups lookups;
  for (const auto& method : module.get_methods()) {
    for (Node* embedding : NodesOf(*method.graph(), c10::aten::embedding)) {
      const auto table = ConstantTensor(embedding->input(0));
      if (table && IsPackable(*table)) lookups[table->data_ptr()].push_back(embedding);
    }
  }
  return lookups;
}

void PutConstant(Node* node, std::size_t input, const c10::IValue& value) {
  Value* held = node->input(input);
  node->replaceInput(input, InsertConstantBefore(node, value));
  DestroyIfUnused(held);
}

// Whether torch owns the tensor's memory and nothing else can read it.
bool IsLastHolder(const at::Tensor& tensor) {
  return tensor.use_count() == 1 && tensor.storage().use_count() == 1 &&
         tensor.storage().data_ptr().get_deleter() == c10::GetCPUAllocator()->raw_deleter();
}

// Packs a weight that the nodes have released; its memory is freed piece by piece meanwhile.
absl::StatusOr<std::shared_ptr<const PackedLinear>> PackWeights(
    const at::Tensor& weight, const std::optional<at::Tensor>& bias, Activation activation,
    Precision precision) {
  LinearWeights weights = {.weight = weight.data_ptr<float>(),
                           .bias = bias ? bias->data_ptr<float>() : nullptr,
                           .outputs = weight.size(0),
                           .inputs = weight.size(1),
                           .activation = activation};
  if (IsLastHolder(weight)) {
    weights.on_read = [&weight](std::int64_t outputs) {
      GiveBackPages(weight.data_ptr(), sizeof(float) * weight.size(1) * outputs);
    };
  }
  return PackedLinear::Pack(weights, precision);
}

void ReplaceLinear(const Site& site, const c10::IValue& layer) {
  Node* linear = site.linear;
  Node* packed = InsertBefore(linear, "clientele::packed_linear",
                              {linear->input(0), InsertConstantBefore(linear, layer)});
  Replace(site.activation != nullptr ? site.activation : linear, packed);
  Value* weight = linear->input(1);
  Value* bias = linear->input(2);
  if (site.activation != nullptr) site.activation->destroy();
  linear->destroy();
  DestroyIfUnused(weight);
  DestroyIfUnused(bias);
}

void ReplaceLookup(Node* embedding, const c10::IValue& layer) {
  Replace(embedding, InsertBefore(embedding, "clientele::packed_embedding",
                                  {InsertConstantBefore(embedding, layer), embedding->input(1)}));
  Value* table = embedding->input(0);
  embedding->destroy();
  DestroyIfUnused(table);
}

// The only user of a value, of that kind; null otherwise.
Node* OnlyUser(Value* value, c10::Symbol kind) {
  return value->uses().size() == 1 && value->uses()[0].user->kind() == kind ? value->uses()[0].user
                                                                            : nullptr;
}

// matmul(softmax(matmul(q, k) * scale + bias, -1), v), with or without the scale.
bool FuseAttention(Node* softmax) {
  if (!IsConstant(softmax->input(1), std::int64_t{-1}) || !softmax->input(2)->mustBeNone()) {
    return false;
  }
  Node* context = OnlyUser(softmax->output(), c10::aten::matmul);
  if (context == nullptr || context->input(0) != softmax->output()) return false;
  Node* add = softmax->input(0)->node();
  if (add->kind() != c10::aten::add || add->inputs().size() != 3 ||
      !IsConstant(add->input(2), std::int64_t{1}) || add->output()->uses().size() != 1) {
    return false;
  }
  Node* scale = add->input(0)->node();
  if (scale->kind() == c10::aten::mul) {
    const auto factor = torch::jit::toIValue(scale->input(1));
    if (scale->output()->uses().size() != 1 || !factor || !factor->isDouble()) return false;
  } else {
    scale = nullptr;
  }
  Node* product = scale == nullptr ? add->input(0)->node() : scale->input(0)->node();
  if (product->kind() != c10::aten::matmul || product->output()->uses().size() != 1) return false;
  if (add->input(1)->type()->kind() != c10::TypeKind::TensorType) return false;

  Replace(context,
          InsertBefore(context, "clientele::attention",
                       {product->input(0), product->input(1), context->input(1), add->input(1),
                        scale == nullptr ? InsertConstantBefore(context, 1.0) : scale->input(1)}));
  for (Node* node : {context, softmax, add, scale, product}) {
    if (node != nullptr) node->destroy();
  }
  return true;
}

// cache[rows, :, positions] = values.
bool FuseWrite(Node* put) {
  Node* indices = put->input(1)->node();
  if (indices->kind() != c10::prim::ListConstruct || indices->inputs().size() != 3 ||
      !indices->input(1)->mustBeNone() || !IsConstant(put->input(3), false)) {
    return false;
  }
  for (Value* index : {indices->input(0), indices->input(2)}) {
    if (index->type()->kind() != c10::TypeKind::TensorType) return false;
  }
  Replace(put, InsertBefore(put, "clientele::write_positions",
                            {put->input(0), indices->input(0), indices->input(2), put->input(2)}));
  put->destroy();
  if (indices->output()->uses().empty()) indices->destroy();
  return true;
}

}  // namespace

absl::StatusOr<PackingReport> PackGraphs(torch::jit::Module& module, Precision precision) {
  PackingReport report;
  try {
    for (const auto& method : module.get_methods()) {
      for (Node* softmax : NodesOf(*method.graph(), c10::aten::softmax)) {
        report.attentions += FuseAttention(softmax) ? 1 : 0;
      }
      for (Node* put : NodesOf(*method.graph(), c10::aten::index_put_)) {
        report.writes += FuseWrite(put) ? 1 : 0;
      }
    }
    Lookups lookups = FindLookups(module);
    for (const auto& [key, sites] : FindSites(module)) {
      const at::Tensor weight = *ConstantTensor(sites.front().linear->input(1));
      const auto bias = ConstantTensor(sites.front().linear->input(2));
      const std::vector<Node*> tables = std::exchange(lookups[key.weight], {});
      // Nothing but `weight` holds it now, unless another layer packs it too.
      for (const Site& site : sites) PutConstant(site.linear, 1, c10::IValue());
      for (Node* table : tables) PutConstant(table, 0, c10::IValue());
      CLIENTELE_ASSIGN_OR_RETURN(const std::shared_ptr<const PackedLinear> packed,
                                 PackWeights(weight, bias, key.activation, precision));
      const c10::IValue layer = AsConstant(packed);
      for (const Site& site : sites) ReplaceLinear(site, layer);
      report.weights += 1;
      report.bytes += packed->bytes();
      report.linears += sites.size();
      if (packed->CanRead()) {
        for (Node* table : tables) ReplaceLookup(table, layer);
        report.lookups += tables.size();
      } else {
        for (Node* table : tables) PutConstant(table, 0, weight);
        lookups[key.weight] = tables;
      }
    }
    return report;
  } catch (const std::exception&) {
    return absl::InternalError("the model's graph cannot be rewritten");
  }
}

}  // namespace clientele::inference
