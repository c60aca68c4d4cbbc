#include "common/modeling/architectures/t5.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/causal_decoder.h"
#include "common/modeling/architectures/module_source.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using inference::AddSpec;
using model::v1::DATA_TYPE_FLOAT32;
using model::v1::DATA_TYPE_INT64;

// T5 names no longest text: its position biases saturate. The published models were trained
// on 512 tokens.
constexpr std::int64_t kUsualPositions = 512;
constexpr std::int64_t kT5End = 1;

constexpr char kSideTable[] = ".embed_tokens.weight";

constexpr char kLayerParts[] = R"py(
def split(self, x: Tensor) -> Tensor:
    return x.view([x.size(0), -1, self.heads, x.size(-1) // self.heads]).transpose(1, 2)

def merge(self, x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape([x.size(0), x.size(2), -1])

def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)) + bias, -1)
    return self.merge(torch.matmul(weights, v))
)py";

constexpr char kFeedForward[] = R"py(
def feed_forward(self, x: Tensor) -> Tensor:
    h = torch.linear(self.rms_norm(x, self.norm3_weight), self.up_weight)
    return x + torch.linear(self.activation(h), self.down_weight)
)py";
constexpr char kGatedFeedForward[] = R"py(
def feed_forward(self, x: Tensor) -> Tensor:
    h = self.rms_norm(x, self.norm3_weight)
    h = self.activation(torch.linear(h, self.gate_weight)) * torch.linear(h, self.up_weight)
    return x + torch.linear(h, self.down_weight)
)py";

constexpr char kEncoderLayer[] = R"py(
def forward(self, x: Tensor, bias: Tensor) -> Tensor:
    h = self.rms_norm(x, self.norm1_weight)
    q = self.split(torch.linear(h, self.q_weight))
    k = self.split(torch.linear(h, self.k_weight))
    v = self.split(torch.linear(h, self.v_weight))
    x = x + torch.linear(self.attend(q, k, v, bias), self.out_weight)
    return self.feed_forward(x)
)py";

constexpr char kDecoderLayer[] = R"py(
def look_back(self, x: Tensor, cross: Tensor, bias: Tensor) -> Tensor:
    h = self.rms_norm(x, self.norm2_weight)
    q = self.split(torch.linear(h, self.cross_q_weight))
    return x + torch.linear(self.attend(q, cross[0], cross[1], bias), self.cross_out_weight)

def remember(self, source: Tensor) -> Tensor:
    k = self.split(torch.linear(source, self.cross_k_weight))
    return torch.stack([k, self.split(torch.linear(source, self.cross_v_weight))])

def forward(self, x: Tensor, bias: Tensor, cross: Tensor, cross_bias: Tensor) -> Tuple[Tensor, Tensor]:
    h = self.rms_norm(x, self.norm1_weight)
    q = self.split(torch.linear(h, self.q_weight))
    k = self.split(torch.linear(h, self.k_weight))
    v = self.split(torch.linear(h, self.v_weight))
    x = x + torch.linear(self.attend(q, k, v, bias), self.out_weight)
    x = self.look_back(x, cross, cross_bias)
    return self.feed_forward(x), torch.stack([k, v])

def step(self, x: Tensor, kv: Tensor, rows: Tensor, positions: Tensor, bias: Tensor, cross: Tensor, cross_bias: Tensor) -> Tensor:
    h = self.rms_norm(x, self.norm1_weight)
    q = self.split(torch.linear(h, self.q_weight))
    kv[0, rows, :, positions] = self.split(torch.linear(h, self.k_weight)).squeeze(2)
    kv[1, rows, :, positions] = self.split(torch.linear(h, self.v_weight)).squeeze(2)
    x = x + torch.linear(self.attend(q, kv[0], kv[1], bias), self.out_weight)
    x = self.look_back(x, cross, cross_bias)
    return self.feed_forward(x)
)py";

// $0: encoder layers; $1: what the decoder remembers of the source; $2, $3: decoder layers of
// a whole text and of one token; $4: the table of the head; $5, $6: those of the two sides.
constexpr char kT5Root[] = R"py(
def bucket(self, distance: Tensor, both_sides: bool) -> Tensor:
    buckets = self.buckets
    base = torch.zeros_like(distance)
    if both_sides:
        buckets = buckets // 2
        base = (distance > 0).long() * buckets
        distance = torch.abs(distance)
    else:
        distance = torch.clamp(-distance, min=0)
    exact = buckets // 2
    spread = torch.log(distance.float() / exact) / (self.log_both_sides if both_sides else self.log_one_side)
    far = exact + (spread * (buckets - exact)).long()
    far = torch.clamp(far, max=buckets - 1)
    return base + torch.where(distance < exact, distance, far)

def encode(self, ids: Tensor, mask: Tensor) -> Tensor:
    x = torch.embedding(self.$5, ids)
    places = torch.arange(ids.size(1), device=ids.device)
    buckets = self.bucket(places.unsqueeze(0) - places.unsqueeze(1), True)
    bias = torch.embedding(self.encoder_bias, buckets).permute([2, 0, 1]).unsqueeze(0)
    bias = bias + ((1 - mask).to(x.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)
$0    return self.rms_norm(x, self.encoder_norm_weight)

def remember(self, source: Tensor) -> Tensor:
    cross: List[Tensor] = []
$1    return torch.stack(cross)

def decode(self, ids: Tensor, cross: Tensor, source_mask: Tensor) -> Tuple[Tensor, Tensor]:
    x = torch.embedding(self.$6, ids)
    places = torch.arange(ids.size(1), device=ids.device)
    distance = places.unsqueeze(0) - places.unsqueeze(1)
    buckets = self.bucket(distance, False)
    bias = torch.embedding(self.decoder_bias, buckets).permute([2, 0, 1]).unsqueeze(0)
    bias = bias + (distance > 0).to(x.dtype) * -30000.0
    cross_bias = ((1 - source_mask).to(x.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)
    cache: List[Tensor] = []
$2    return x, torch.stack(cache)

def head(self, x: Tensor) -> Tensor:
    x = self.rms_norm(x, self.decoder_norm_weight) * self.head_scale
    return torch.linear(x, self.$4)

def prefill(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    cross = self.remember(self.encode(ids, mask))
    start = torch.full([ids.size(0), 1], self.start, dtype=ids.dtype, device=ids.device)
    x, cache = self.decode(start, cross, mask)
    return self.head(x[:, 0]), cache, cross, mask

def step(self, ids: Tensor, positions: Tensor, cache: Tensor, cross: Tensor, source_mask: Tensor) -> Tensor:
    rows = torch.arange(ids.size(0), device=ids.device)
    x = torch.embedding(self.$6, ids).unsqueeze(1)
    distance = torch.arange(cache.size(4), device=ids.device).unsqueeze(0) - positions.unsqueeze(1)
    bias = torch.embedding(self.decoder_bias, self.bucket(distance, False)).transpose(1, 2)
    bias = (bias + ((distance > 0).to(x.dtype) * -30000.0).unsqueeze(1)).unsqueeze(2)
    cross_bias = ((1 - source_mask).to(x.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)
$3    return self.head(x.squeeze(1))

def reference(self, input_ids: Tensor, attention_mask: Tensor, decoder_input_ids: Tensor) -> Tensor:
    cross = self.remember(self.encode(input_ids, attention_mask))
    x, cache = self.decode(decoder_input_ids, cross, attention_mask)
    return self.head(x)
)py";

}  // namespace

absl::StatusOr<BuiltModel> BuildT5(Config& config, Weights& weights,
                                   const BuildOptions& /*options*/) {
  config.Rename("hidden_size", "d_model");
  config.Rename("num_attention_heads", "num_heads");
  config.Rename("num_hidden_layers", "num_layers");
  config.Rename("head_dim", "d_kv");
  const std::int64_t width = config.Int("d_model", 512, 1, kMaxWidth);
  const std::int64_t head_width = config.Int("d_kv", 64, 1, kMaxWidth);
  const std::int64_t heads = config.Int("num_heads", 8, 1, kMaxHeads);
  const std::int64_t inner = config.Int("d_ff", 2048, 1, kMaxWidth);
  const std::int64_t encoder_layers = config.Int("num_layers", 6, 1, kMaxLayers);
  const std::int64_t decoder_layers =
      config.Int("num_decoder_layers", encoder_layers, 1, kMaxLayers);
  const std::int64_t vocabulary = config.Int("vocab_size", 32128, 1, kMaxVocabulary);
  const std::int64_t buckets = config.Int("relative_attention_num_buckets", 32, 4, kMaxVocabulary);
  const std::int64_t max_distance =
      config.Int("relative_attention_max_distance", 128, buckets / 2 + 1, kMaxPositions);
  const std::int64_t positions = config.Int("n_positions", kUsualPositions, 1, kMaxPositions);
  const double eps = config.Float("layer_norm_epsilon", 1e-6, 0);
  const bool tied = config.Bool("tie_word_embeddings", true);
  const bool scaled = config.Bool("scale_decoder_outputs", tied);
  const std::int64_t start =
      config.Int("decoder_start_token_id", config.Int("pad_token_id", 0, 0, vocabulary - 1), 0,
                 vocabulary - 1);
  const std::string projection = config.String("feed_forward_proj", "relu");
  const bool gated = absl::StartsWith(projection, "gated-");
  // "gated-gelu" was published for the tanh approximation.
  const std::string name = projection == "gated-gelu"
                               ? "gelu_new"
                               : std::string(absl::StripPrefix(projection, "gated-"));
  const auto activation = ActivationSource(name);
  if (!activation) config.Reject("feed_forward_proj", "is not supported");
  CLIENTELE_RETURN_IF_ERROR(config.status());

  BuiltModel built{.module = torch::jit::Module("T5"), .manifest = {}};
  torch::jit::Module& root = built.module;
  const std::int64_t inside = heads * head_width;
  const auto take_attention = [&](torch::jit::Module& module, const std::string& prefix,
                                  const std::string& at) {
    for (const char* part : {"q", "k", "v"}) {
      TakeTensor(weights, module, absl::StrCat(prefix, part, "_weight"),
                 absl::StrCat(at, part, ".weight"), {inside, width});
    }
    TakeTensor(weights, module, prefix + "out_weight", at + "o.weight", {width, inside});
  };
  const auto take_layer = [&](const std::string& side, std::int64_t i, bool decoder) {
    torch::jit::Module layer(decoder ? "T5DecoderLayer" : "T5EncoderLayer");
    const std::string at = absl::StrCat(side, ".block.", i, ".layer.");
    TakeTensor(weights, layer, "norm1_weight", at + "0.layer_norm.weight", {width}, Init::kOnes);
    take_attention(layer, "", at + "0.SelfAttention.");
    if (decoder) {
      TakeTensor(weights, layer, "norm2_weight", at + "1.layer_norm.weight", {width}, Init::kOnes);
      take_attention(layer, "cross_", at + "1.EncDecAttention.");
    }
    const std::string last = absl::StrCat(at, decoder ? "2" : "1");
    TakeTensor(weights, layer, "norm3_weight", last + ".layer_norm.weight", {width}, Init::kOnes);
    const std::string dense = last + ".DenseReluDense.";
    if (gated) TakeTensor(weights, layer, "gate_weight", dense + "wi_0.weight", {inner, width});
    TakeTensor(weights, layer, "up_weight", dense + (gated ? "wi_1.weight" : "wi.weight"),
               {inner, width});
    TakeTensor(weights, layer, "down_weight", dense + "wo.weight", {width, inner});
    SetInt(layer, "heads", heads);
    SetFloat(layer, "eps", eps);
    if (!weights.ok()) return;
    layer.define(absl::StrCat(kRmsNormSource, kLayerParts, *activation,
                              gated ? kGatedFeedForward : kFeedForward,
                              decoder ? kDecoderLayer : kEncoderLayer));
    root.register_module(absl::StrCat(side, i), layer);
  };
  const auto take_side = [&](const std::string& side, std::int64_t layers, bool decoder) {
    TakeTensor(weights, root, side + "_bias",
               side + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight",
               {buckets, heads});
    for (std::int64_t i = 0; i < layers && weights.ok(); ++i) take_layer(side, i, decoder);
    TakeTensor(weights, root, side + "_norm_weight", side + ".final_layer_norm.weight", {width},
               Init::kOnes);
  };
  // Where the shared table is not stored under its name, a side's is it.
  std::string table = "shared.weight";
  for (const char* side : {"encoder", "decoder"}) {
    const std::string own = absl::StrCat(side, kSideTable);
    if (!weights.Has(table, /*in_new=*/true) && weights.Has(own, /*in_new=*/false)) table = own;
  }
  TakeTable(weights, root, table, vocabulary, width, tied);
  // Usually a copy of the shared table; the reference keeps one that differs.
  const auto take_table = [&](const std::string& side) -> std::string {
    const std::string own = absl::StrCat(side, kSideTable);
    if (!weights.Has(own, /*in_new=*/false) || !weights.ok()) return "tokens";
    const at::Tensor values = weights.Take(own, {vocabulary, width}, Init::kNormal);
    if (at::equal(values, root.attr("tokens").toTensor())) return "tokens";
    root.register_buffer(side + "_tokens", values);
    return side + "_tokens";
  };
  const std::string encoder_table = take_table("encoder");
  const std::string decoder_table = take_table("decoder");
  take_side("encoder", encoder_layers, false);
  take_side("decoder", decoder_layers, true);
  // Here tie_word_embeddings says whether the outputs are scaled; a head that is not stored is
  // tied.
  const std::string head =
      TakeHead(weights, root, tied || !weights.Has("lm_head.weight", /*in_new=*/true));
  SetInt(root, "buckets", buckets);
  const auto log_of = [&](std::int64_t exact) {
    return std::log(static_cast<double>(max_distance) / static_cast<double>(exact));
  };
  SetFloat(root, "log_both_sides", log_of(buckets / 2 / 2));
  SetFloat(root, "log_one_side", log_of(buckets / 2));
  SetInt(root, "start", start);
  SetFloat(root, "eps", eps);
  SetFloat(root, "head_scale", scaled ? 1 / std::sqrt(static_cast<double>(width)) : 1);
  CLIENTELE_RETURN_IF_ERROR(weights.Finish());
  root.define(kRmsNormSource);
  root.define(absl::Substitute(
      kT5Root, Unroll(encoder_layers, "x = self.encoder$0.forward(x, bias)"),
      Unroll(decoder_layers, "cross.append(self.decoder$0.remember(source))"),
      Unroll(decoder_layers,
             "x, kv = self.decoder$0.forward(x, bias, cross[$0], cross_bias)\n"
             "    cache.append(kv)"),
      Unroll(decoder_layers,
             "x = self.decoder$0.step(x, cache[$0], rows, positions, bias, cross[$0], cross_bias)"),
      head, encoder_table, decoder_table));

  model::v1::Bundle& manifest = built.manifest;
  manifest.set_task(model::v1::TASK_TEXT_GENERATOR);
  AddSpec(*manifest.mutable_inputs(), "ids", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_inputs(), "mask", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_outputs(), "logits", DATA_TYPE_FLOAT32, {-1, vocabulary});
  for (const char* cache : {"cache", "cross"}) {
    AddSpec(*manifest.mutable_outputs(), cache, DATA_TYPE_FLOAT32,
            {decoder_layers, 2, -1, heads, -1, head_width});
  }
  AddSpec(*manifest.mutable_outputs(), "source_mask", DATA_TYPE_INT64, {-1, -1});
  model::v1::Method& reference = *manifest.mutable_reference();
  reference.set_name("reference");
  for (const char* input : {"input_ids", "attention_mask", "decoder_input_ids"}) {
    AddSpec(*reference.mutable_inputs(), input, DATA_TYPE_INT64, {-1, -1});
  }
  AddSpec(*reference.mutable_outputs(), "logits", DATA_TYPE_FLOAT32, {-1, -1, vocabulary});
  manifest.mutable_limits()->set_max_tokens(
      static_cast<std::int32_t>(std::min<std::int64_t>(positions, inference::kMaxTokens)));
  manifest.mutable_limits()->set_vocabulary(vocabulary);
  auto& settings = *manifest.mutable_settings();
  settings["architecture_kind"] = "encoder-decoder";
  settings["start_id"] = absl::StrCat(start);
  DescribeEnds(config, vocabulary, kT5End, manifest);
  CLIENTELE_RETURN_IF_ERROR(config.status());
  return built;
}

}  // namespace clientele::modeling
