#include "common/inference/graph_packing.h"

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/custom_class.h>
#include <torch/library.h>

#include "common/inference/kernels/attention.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

// A packed layer as a constant of a graph. No script can make one.
struct PackedLayer : torch::CustomClassHolder {
  explicit PackedLayer(std::shared_ptr<const PackedLinear> given) : linear(std::move(given)) {}
  std::shared_ptr<const PackedLinear> linear;
};

at::Tensor RunPackedLinear(const at::Tensor& x, const c10::intrusive_ptr<PackedLayer>& layer) {
  // OpenMP's number of threads is the calling thread's own; this sets it to torch's.
  at::internal::lazy_init_num_threads();
  const PackedLinear& linear = *layer->linear;
  TORCH_CHECK(x.dim() >= 1 && x.size(-1) == linear.inputs() && x.scalar_type() == at::kFloat &&
              x.device().is_cpu());
  const at::Tensor input = x.contiguous();
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = linear.outputs();
  at::Tensor output = at::empty(shape, x.options());
  TORCH_CHECK(linear.Run(input.data_ptr<float>(), input.numel() / linear.inputs(),
                         output.data_ptr<float>()));
  return output;
}

at::Tensor PlainAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          const at::Tensor& bias, double scale) {
  return at::matmul(at::softmax(at::matmul(q, k) * scale + bias, -1), v);
}

// q [B, H, T, D], k [B, H, D, S], v [B, H, S, D], bias broadcast to [B, H, T, S].
at::Tensor RunAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                        const at::Tensor& bias, double scale) {
  const auto fits = [](const at::Tensor& t) {
    return t.dim() == 4 && t.scalar_type() == at::kFloat && t.device().is_cpu();
  };
  // Anything that the kernel does not read takes the plain way, with its errors.
  const bool simple = fits(q) && fits(k) && fits(v) && fits(bias) && q.numel() > 0 &&
                      k.numel() > 0 && k.size(0) == q.size(0) && v.size(0) == q.size(0) &&
                      k.size(1) == q.size(1) && v.size(1) == q.size(1) && k.size(2) == q.size(3) &&
                      v.size(3) == q.size(3) && k.size(3) == v.size(2) && q.stride(3) == 1 &&
                      k.stride(2) == 1 && v.stride(3) == 1 && q.stride(2) >= q.size(3) &&
                      k.stride(3) >= q.size(3) && v.stride(2) >= q.size(3);
  at::internal::lazy_init_num_threads();
  if (!simple) return PlainAttention(q, k, v, bias, scale);
  const at::Tensor wide = bias.expand({q.size(0), q.size(1), q.size(2), k.size(3)});
  if (wide.stride(3) != 1 && wide.stride(3) != 0) return PlainAttention(q, k, v, bias, scale);
  // Laid out so that bringing the heads together again copies nothing.
  const at::Tensor out = at::empty({q.size(0), q.size(2), q.size(1), q.size(3)}, q.options());
  Attend({.rows = q.size(0),
          .heads = q.size(1),
          .queries = q.size(2),
          .keys = k.size(3),
          .width = q.size(3),
          .q = q.data_ptr<float>(),
          .q_strides = {q.stride(0), q.stride(1), q.stride(2)},
          .k = k.data_ptr<float>(),
          .k_strides = {k.stride(0), k.stride(1), k.stride(3)},
          .v = v.data_ptr<float>(),
          .v_strides = {v.stride(0), v.stride(1), v.stride(2)},
          .bias = wide.data_ptr<float>(),
          .bias_strides = {wide.stride(0), wide.stride(1), wide.stride(2), wide.stride(3)},
          .scale = static_cast<float>(scale)},
         out.data_ptr<float>(), {out.stride(0), out.stride(2), out.stride(1)});
  return out.transpose(1, 2);
}

TORCH_LIBRARY(clientele, library) {
  library.class_<PackedLayer>("PackedLayer");
  library.def(
      "packed_linear(Tensor x, __torch__.torch.classes.clientele.PackedLayer layer) -> Tensor",
      RunPackedLinear);
  library.def("attention(Tensor q, Tensor k, Tensor v, Tensor bias, float scale) -> Tensor",
              RunAttention);
}

void CollectNodes(Block* block, const c10::Symbol& kind, std::vector<Node*>& out) {
  for (Node* node : block->nodes()) {
    if (node->kind() == kind) out.push_back(node);
    for (Block* inner : node->blocks()) CollectNodes(inner, kind, out);
  }
}

std::optional<at::Tensor> ConstantTensor(Value* value) {
  const auto constant = torch::jit::toIValue(value);
  if (!constant || !constant->isTensor() || !constant->toTensor().defined()) return std::nullopt;
  return constant->toTensor();
}

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
    std::vector<Node*> linears;
    CollectNodes(method.graph()->block(), c10::aten::linear, linears);
    for (Node* linear : linears) {
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

void DestroyIfUnused(Value* constant) {
  if (constant->uses().empty()) constant->node()->destroy();
}

absl::Status PackLayer(const std::vector<Site>& sites, Activation activation, Precision precision,
                       PackingReport& report) {
  c10::intrusive_ptr<PackedLayer> layer;
  {
    Node* first = sites.front().linear;
    const at::Tensor weight = *ConstantTensor(first->input(1));
    const auto bias = ConstantTensor(first->input(2));
    CLIENTELE_ASSIGN_OR_RETURN(auto packed,
                               PackedLinear::Pack({.weight = weight.data_ptr<float>(),
                                                   .bias = bias ? bias->data_ptr<float>() : nullptr,
                                                   .outputs = weight.size(0),
                                                   .inputs = weight.size(1),
                                                   .activation = activation},
                                                  precision));
    report.weights += 1;
    report.bytes += packed->bytes();
    layer = c10::make_intrusive<PackedLayer>(std::move(packed));
  }
  const static c10::Symbol kPackedLinear = c10::Symbol::fromQualString("clientele::packed_linear");
  for (const Site& site : sites) {
    Node* linear = site.linear;
    Graph* graph = linear->owningGraph();
    const torch::jit::WithInsertPoint at(linear);
    Value* constant = graph->insertConstant(c10::IValue(layer));
    Node* packed = graph->insertNode(graph->create(kPackedLinear, {linear->input(0), constant}));
    packed->output()->setType(linear->output()->type());
    Node* last = site.activation != nullptr ? site.activation : linear;
    last->output()->replaceAllUsesWith(packed->output());
    Value* weight = linear->input(1);
    Value* bias = linear->input(2);
    if (site.activation != nullptr) site.activation->destroy();
    linear->destroy();
    DestroyIfUnused(weight);
    DestroyIfUnused(bias);
    report.linears += 1;
  }
  return absl::OkStatus();
}

// The only user of a value, of that kind; null otherwise.
Node* OnlyUser(Value* value, c10::Symbol kind) {
  return value->uses().size() == 1 && value->uses()[0].user->kind() == kind ? value->uses()[0].user
                                                                            : nullptr;
}

bool IsConstant(Value* value, const c10::IValue& wanted) {
  const auto constant = torch::jit::toIValue(value);
  return constant && *constant == wanted;
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

  Graph* graph = context->owningGraph();
  const torch::jit::WithInsertPoint at(context);
  Node* fused = graph->insertNode(
      graph->create(c10::Symbol::fromQualString("clientele::attention"),
                    {product->input(0), product->input(1), context->input(1), add->input(1),
                     scale == nullptr ? graph->insertConstant(1.0) : scale->input(1)}));
  fused->output()->setType(context->output()->type());
  context->output()->replaceAllUsesWith(fused->output());
  for (Node* node : {context, softmax, add, scale, product}) {
    if (node != nullptr) node->destroy();
  }
  return true;
}

}  // namespace

absl::StatusOr<PackingReport> PackGraphs(torch::jit::Module& module, Precision precision) {
  PackingReport report;
  try {
    for (const auto& method : module.get_methods()) {
      std::vector<Node*> softmaxes;
      CollectNodes(method.graph()->block(), c10::aten::softmax, softmaxes);
      for (Node* softmax : softmaxes) report.attentions += FuseAttention(softmax) ? 1 : 0;
    }
    for (const auto& [key, sites] : FindSites(module)) {
      CLIENTELE_RETURN_IF_ERROR(PackLayer(sites, key.activation, precision, report));
    }
    return report;
  } catch (const std::exception&) {
    return absl::InternalError("the model's graph cannot be rewritten");
  }
}

}  // namespace clientele::inference
