#include "common/modeling/architectures/gpt2.h"

#include <cmath>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/modeling/architectures/causal_decoder.h"
#include "common/modeling/architectures/module_source.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

constexpr char kGpt2Layer[] = R"py(
def project(self, x: Tensor, phase: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    rows, length = x.size(0), x.size(1)
    h = torch.layer_norm(x, [x.size(2)], self.norm1_weight, self.norm1_bias, self.eps)
    qkv = torch.linear(h, self.qkv_weight, self.qkv_bias)
    qkv = qkv.view([rows, length, 3, self.heads, -1]).permute([2, 0, 3, 1, 4])
    return qkv[0], qkv[1], qkv[2]

def mix(self, x: Tensor, a: Tensor) -> Tensor:
    x = x + torch.linear(a, self.out_weight, self.out_bias)
    h = torch.layer_norm(x, [x.size(-1)], self.norm2_weight, self.norm2_bias, self.eps)
    h = self.activation(torch.linear(h, self.fc_weight, self.fc_bias))
    return x + torch.linear(h, self.proj_weight, self.proj_bias)
)py";

constexpr char kGpt2Root[] = R"py(
def embed(self, ids: Tensor, positions: Tensor) -> Tensor:
    return torch.embedding(self.tokens, ids) + torch.embedding(self.places, positions)

def phase(self, positions: Tensor) -> Tensor:
    return positions
)py";

constexpr std::int64_t kGpt2End = 50256;

constexpr char kHead[] = R"py(
def head(self, x: Tensor) -> Tensor:
    x = torch.layer_norm(x, [x.size(-1)], self.norm_weight, self.norm_bias, self.eps)
    return torch.linear(x, self.$0)
)py";

}  // namespace

absl::StatusOr<BuiltModel> BuildGpt2(Config& config, Weights& weights,
                                     const BuildOptions& /*options*/) {
  config.Rename("hidden_size", "n_embd");
  config.Rename("num_attention_heads", "n_head");
  config.Rename("num_hidden_layers", "n_layer");
  config.Rename("max_position_embeddings", "n_positions");
  const std::int64_t width = config.Int("n_embd", 768, 1, kMaxWidth);
  const std::int64_t heads = config.Int("n_head", 12, 1, kMaxHeads);
  const std::int64_t inner = config.Int("n_inner", 4 * width, 1, kMaxWidth);
  const double eps = config.Float("layer_norm_epsilon", 1e-5, 0);
  const bool scaled = config.Bool("scale_attn_weights", true);
  const bool scaled_by_layer = config.Bool("scale_attn_by_inverse_layer_idx", false);
  const bool tied = config.Bool("tie_word_embeddings", true);
  const auto activation = ActivationSource(config.String("activation_function", "gelu_new"));
  const CausalDecoderShape shape = {
      .layers = config.Int("n_layer", 12, 1, kMaxLayers),
      .heads = heads,
      .key_heads = heads,
      .head_width = width / heads,
      .vocabulary = config.Int("vocab_size", 50257, 1, kMaxVocabulary),
      .positions = config.Int("n_positions", 1024, 1, kMaxPositions),
  };
  if (width % heads != 0) config.Reject("n_head", "must divide n_embd");
  if (!activation) config.Reject("activation_function", "is not supported");
  // reorder_and_upcast_attn changes the order of half-precision products alone.
  if (config.Bool("add_cross_attention", false)) {
    config.Reject("add_cross_attention", "is not supported");
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());

  BuiltModel built{.module = torch::jit::Module("Gpt2"), .manifest = {}};
  torch::jit::Module& root = built.module;
  // Stored input-major.
  const auto take_conv1d = [&](torch::jit::Module& module, const std::string& attribute,
                               const std::string& name, std::int64_t in, std::int64_t out) {
    const at::Tensor weight = weights.Take(name + ".weight", {in, out}, Init::kNormal);
    if (weights.ok()) module.register_buffer(attribute + "_weight", weight.t().contiguous());
    TakeTensor(weights, module, attribute + "_bias", name + ".bias", {out}, Init::kZeros);
  };
  TakeTable(weights, root, "wte.weight", shape.vocabulary, width, tied);
  TakeTensor(weights, root, "places", "wpe.weight", {shape.positions, width});
  SetFloat(root, "eps", eps);
  for (std::int64_t i = 0; i < shape.layers && weights.ok(); ++i) {
    torch::jit::Module layer("Gpt2Layer");
    const std::string at = absl::StrCat("h.", i, ".");
    TakeLayerNorm(weights, layer, "norm1", at + "ln_1", width);
    take_conv1d(layer, "qkv", at + "attn.c_attn", width, 3 * width);
    take_conv1d(layer, "out", at + "attn.c_proj", width, width);
    TakeLayerNorm(weights, layer, "norm2", at + "ln_2", width);
    take_conv1d(layer, "fc", at + "mlp.c_fc", width, inner);
    take_conv1d(layer, "proj", at + "mlp.c_proj", inner, width);
    SetInt(layer, "heads", heads);
    SetFloat(layer, "eps", eps);
    double scale = scaled ? 1 / std::sqrt(static_cast<double>(shape.head_width)) : 1;
    if (scaled_by_layer) scale /= static_cast<double>(i + 1);
    SetFloat(layer, "scale", scale);
    if (!weights.ok()) break;
    layer.define(absl::StrCat(*activation, kGpt2Layer, kDecoderLayerSource));
    root.register_module(absl::StrCat("layer", i), layer);
  }
  TakeLayerNorm(weights, root, "norm", "ln_f", width);
  const std::string head = TakeHead(weights, root, tied);
  CLIENTELE_RETURN_IF_ERROR(weights.Finish());
  CLIENTELE_RETURN_IF_ERROR(FinishCausalDecoder(
      shape, absl::StrCat(kGpt2Root, absl::Substitute(kHead, head)), kGpt2End, config, built));
  return built;
}

}  // namespace clientele::modeling
