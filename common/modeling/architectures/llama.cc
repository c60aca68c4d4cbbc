#include "common/modeling/architectures/llama.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/modeling/architectures/causal_decoder.h"
#include "common/modeling/architectures/module_source.h"
#include "common/modeling/architectures/rotary_positions.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

// $0, $1, $2 are the biases of q, k and v.
constexpr char kLlamaLayer[] = R"py(
def rotate(self, x: Tensor, phase: Tensor) -> Tensor:
    half = x.size(-1) // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * phase[0] + turned * phase[1]

def project(self, x: Tensor, phase: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    rows, length = x.size(0), x.size(1)
    h = self.rms_norm(x, self.norm1_weight)
    q = torch.linear(h, self.q_weight$0).view([rows, length, self.heads, -1]).transpose(1, 2)
    k = torch.linear(h, self.k_weight$1).view([rows, length, self.groups, -1]).transpose(1, 2)
    v = torch.linear(h, self.v_weight$2).view([rows, length, self.groups, -1]).transpose(1, 2)
    return self.rotate(q, phase), self.rotate(k, phase), v

def mix(self, x: Tensor, a: Tensor) -> Tensor:
    x = x + torch.linear(a, self.out_weight$3)
    h = self.rms_norm(x, self.norm2_weight)
    h = self.activation(torch.linear(h, self.gate_weight$4)) * torch.linear(h, self.up_weight$5)
    return x + torch.linear(h, self.down_weight$6)
)py";

constexpr char kLlamaRoot[] = R"py(
def embed(self, ids: Tensor, positions: Tensor) -> Tensor:
    return torch.embedding(self.tokens, ids)

def head(self, x: Tensor) -> Tensor:
    return torch.linear(self.rms_norm(x, self.norm_weight), self.$0)
)py";

// Where a family of this kind puts biases, unless its config says otherwise.
struct Biases {
  bool qkv = false;
  bool out = false;
  bool mlp = false;
};

// What a family means where config.json says nothing.
struct Usual {
  std::int64_t inner = 0;
  std::int64_t vocabulary = 0;
  std::int64_t positions = 0;
  std::optional<std::int64_t> end = {};
};

// Which layers slide: `layer_types`, or all from `max_window_layers` on.
void ReadWindow(Config& config, CausalDecoderShape& shape) {
  const bool used = config.Bool("use_sliding_window", false);
  const std::int64_t window = config.Int("sliding_window", 4096, 1, kMaxPositions);
  const std::int64_t first = config.Int("max_window_layers", 28, 0, kMaxPositions);
  const bool slide = used && !config.IsNull("sliding_window");
  const std::vector<std::string> types = config.Strings("layer_types");
  shape.slides.assign(static_cast<std::size_t>(shape.layers), false);
  if (!config.Has("layer_types")) {
    for (std::int64_t i = first; slide && i < shape.layers; ++i) {
      shape.slides[static_cast<std::size_t>(i)] = true;
    }
  } else if (types.size() != shape.slides.size()) {
    config.Reject("layer_types", "must be as many as num_hidden_layers");
  } else {
    for (std::size_t i = 0; i < types.size(); ++i) {
      shape.slides[i] = types[i] == "sliding_attention";
      if (!shape.slides[i] && types[i] != "full_attention") {
        config.Reject("layer_types", "must be full_attention or sliding_attention");
      }
      if (shape.slides[i] && !slide) {
        config.Reject("layer_types", "slide, but use_sliding_window and sliding_window do not");
      }
    }
  }
  const bool any = std::find(shape.slides.begin(), shape.slides.end(), true) != shape.slides.end();
  shape.window = any ? window : 0;
}

absl::StatusOr<BuiltModel> Build(Config& config, Weights& weights, const Biases& biases,
                                 const Usual& usual, bool may_slide) {
  const std::int64_t width = config.Int("hidden_size", 4096, 1, kMaxWidth);
  const std::int64_t heads = config.Int("num_attention_heads", 32, 1, kMaxHeads);
  const std::int64_t inner = config.Int("intermediate_size", usual.inner, 1, kMaxWidth);
  const bool tied = config.Bool("tie_word_embeddings", false);
  const double eps = config.Float("rms_norm_eps", 1e-6, 0);
  const auto activation = ActivationSource(config.String("hidden_act", "silu"));
  CausalDecoderShape shape = {
      .layers = config.Int("num_hidden_layers", 32, 1, kMaxLayers),
      .heads = heads,
      .key_heads = config.Int("num_key_value_heads", heads, 1, heads),
      .head_width = config.Int("head_dim", width / heads, 2, kMaxWidth),
      .vocabulary = config.Int("vocab_size", usual.vocabulary, 1, kMaxVocabulary),
      .positions = config.Int("max_position_embeddings", usual.positions, 1, kMaxPositions),
  };
  if (!config.Has("head_dim") && width % heads != 0) {
    config.Reject("num_attention_heads", "must divide hidden_size");
  }
  if (shape.head_width % 2 != 0) config.Reject("head_dim", "must be even");
  if (heads % shape.key_heads != 0) {
    config.Reject("num_key_value_heads", "must divide num_attention_heads");
  }
  if (!activation) config.Reject("hidden_act", "is not supported");
  CLIENTELE_RETURN_IF_ERROR(config.status());
  if (may_slide) ReadWindow(config, shape);
  const RotaryPositions rotary = ReadRotaryPositions(config, shape.head_width, shape.positions);
  CLIENTELE_RETURN_IF_ERROR(config.status());
  shape.positions = rotary.reach;
  shape.phase_by_length = rotary.depends_on_length();

  BuiltModel built{.module = torch::jit::Module("Llama"), .manifest = {}};
  torch::jit::Module& root = built.module;
  const auto bias_of = [](const char* attribute, bool bias) {
    return bias ? absl::StrCat(", self.", attribute, "_bias") : std::string();
  };
  const std::string layer_source =
      absl::StrCat(kRmsNormSource, *activation,
                   absl::Substitute(kLlamaLayer, bias_of("q", biases.qkv), bias_of("k", biases.qkv),
                                    bias_of("v", biases.qkv), bias_of("out", biases.out),
                                    bias_of("gate", biases.mlp), bias_of("up", biases.mlp),
                                    bias_of("down", biases.mlp)),
                   kDecoderLayerSource);
  TakeTable(weights, root, "embed_tokens.weight", shape.vocabulary, width, tied);
  SetFloat(root, "eps", eps);
  for (std::int64_t i = 0; i < shape.layers && weights.ok(); ++i) {
    torch::jit::Module layer("LlamaLayer");
    const std::string at = absl::StrCat("layers.", i, ".");
    const std::int64_t query_width = heads * shape.head_width;
    const std::int64_t key_width = shape.key_heads * shape.head_width;
    TakeTensor(weights, layer, "norm1_weight", at + "input_layernorm.weight", {width}, Init::kOnes);
    TakeLinear(weights, layer, "q", at + "self_attn.q_proj", query_width, width, biases.qkv);
    TakeLinear(weights, layer, "k", at + "self_attn.k_proj", key_width, width, biases.qkv);
    TakeLinear(weights, layer, "v", at + "self_attn.v_proj", key_width, width, biases.qkv);
    TakeLinear(weights, layer, "out", at + "self_attn.o_proj", width, query_width, biases.out);
    TakeTensor(weights, layer, "norm2_weight", at + "post_attention_layernorm.weight", {width},
               Init::kOnes);
    TakeLinear(weights, layer, "gate", at + "mlp.gate_proj", inner, width, biases.mlp);
    TakeLinear(weights, layer, "up", at + "mlp.up_proj", inner, width, biases.mlp);
    TakeLinear(weights, layer, "down", at + "mlp.down_proj", width, inner, biases.mlp);
    SetInt(layer, "heads", heads);
    SetInt(layer, "groups", shape.key_heads);
    SetFloat(layer, "eps", eps);
    SetFloat(layer, "scale", 1 / std::sqrt(static_cast<double>(shape.head_width)));
    if (!weights.ok()) break;
    layer.define(layer_source);
    root.register_module(absl::StrCat("layer", i), layer);
  }
  TakeTensor(weights, root, "norm_weight", "norm.weight", {width}, Init::kOnes);
  const std::string head = TakeHead(weights, root, tied);
  CLIENTELE_RETURN_IF_ERROR(weights.Finish());
  const std::string root_source =
      absl::StrCat(kRmsNormSource, DefinePhase(rotary, root), absl::Substitute(kLlamaRoot, head));
  CLIENTELE_RETURN_IF_ERROR(FinishCausalDecoder(shape, root_source, usual.end, config, built));
  return built;
}

}  // namespace

absl::StatusOr<BuiltModel> BuildLlama(Config& config, Weights& weights,
                                      const BuildOptions& /*options*/) {
  const bool attention = config.Bool("attention_bias", false);
  return Build(config, weights,
               {.qkv = attention, .out = attention, .mlp = config.Bool("mlp_bias", false)},
               {.inner = 11008, .vocabulary = 32000, .positions = 2048, .end = 2},
               /*may_slide=*/false);
}

absl::StatusOr<BuiltModel> BuildQwen2(Config& config, Weights& weights,
                                      const BuildOptions& /*options*/) {
  return Build(config, weights, {.qkv = true, .out = false, .mlp = false},
               {.inner = 22016, .vocabulary = 151936, .positions = 32768}, /*may_slide=*/true);
}

}  // namespace clientele::modeling
