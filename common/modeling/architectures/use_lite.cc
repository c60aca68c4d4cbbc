#include "common/modeling/architectures/use_lite.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/module_source.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using inference::AddSpec;
using model::v1::DATA_TYPE_FLOAT32;
using model::v1::DATA_TYPE_INT64;

// $0: what is added to the attention.
constexpr char kUseLiteLayer[] = R"py(
def forward(self, x: Tensor, bias: Tensor) -> Tensor:
    rows, length = x.size(0), x.size(1)
    h = torch.layer_norm(x, [x.size(2)], self.norm1_weight, self.norm1_bias, self.eps)
    q = torch.linear(h, self.q_weight, self.q_bias).view([rows, length, self.heads, -1])
    k = torch.linear(h, self.k_weight, self.k_bias).view([rows, length, self.heads, -1])
    v = torch.linear(h, self.v_weight, self.v_bias).view([rows, length, self.heads, -1])
    scores = torch.matmul(q.transpose(1, 2), k.permute([0, 2, 3, 1])) * self.scale + bias
    a = torch.matmul(torch.softmax(scores, -1), v.transpose(1, 2))
    a = a.transpose(1, 2).reshape([rows, length, -1])
    y = $0 + torch.linear(a, self.out_weight, self.out_bias)
    h = torch.layer_norm(y, [y.size(2)], self.norm2_weight, self.norm2_bias, self.eps)
    h = torch.relu(torch.linear(h, self.up_weight, self.up_bias))
    return y + torch.linear(h, self.down_weight, self.down_bias)
)py";
constexpr char kProjectedResidual[] = "torch.linear(x, self.residual_weight, self.residual_bias)";

// $0: the layers.
constexpr char kUseLiteEncode[] = R"py(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    x = torch.embedding(self.tokens, ids) * 2.0 + self.timing[:ids.size(1)]
    bias = ((1 - mask).to(x.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)
$0    weights = mask.to(x.dtype).unsqueeze(-1)
    x = torch.sum(x * weights, 1) / torch.clamp(torch.sum(weights, 1), min=1.0)
    x = torch.tanh(torch.linear(x, self.head_weight, self.head_bias))
    return x / torch.clamp(torch.sqrt(torch.sum(x * x, [1], True)), min=1e-12)
)py";

// <attribute>_weight [outputs, inputs] and <attribute>_bias of a matrix that the checkpoint keeps
// as [inputs, outputs].
void TakeDense(Weights& weights, torch::jit::Module& module, const std::string& attribute,
               const std::string& name, std::int64_t inputs, std::int64_t outputs) {
  const at::Tensor weight = weights.Take(name + ".weight", {inputs, outputs}, Init::kNormal);
  const at::Tensor bias = weights.Take(name + ".bias", {outputs}, Init::kZeros);
  if (!weights.ok()) return;
  module.register_buffer(attribute + "_weight", weight.t().contiguous());
  module.register_buffer(attribute + "_bias", bias);
}

// Queries, keys and values, side by side in the checkpoint.
void TakeAttentionInputs(Weights& weights, torch::jit::Module& module, const std::string& name,
                         std::int64_t width) {
  const at::Tensor weight = weights.Take(name + ".weight", {width, 3 * width}, Init::kNormal);
  const at::Tensor bias = weights.Take(name + ".bias", {3 * width}, Init::kZeros);
  if (!weights.ok()) return;
  std::int64_t part = 0;
  for (const char* attribute : {"q", "k", "v"}) {
    module.register_buffer(absl::StrCat(attribute, "_weight"),
                           weight.narrow(1, part * width, width).t().contiguous());
    module.register_buffer(absl::StrCat(attribute, "_bias"),
                           bias.narrow(0, part * width, width).contiguous());
    ++part;
  }
}

// The sines, then the cosines, of each position times each inverse timescale.
at::Tensor TimingTable(const at::Tensor& inverse_timescales, std::int64_t positions) {
  const at::Tensor angles = at::arange(positions, at::kFloat).unsqueeze(1) * inverse_timescales;
  return at::cat({at::sin(angles), at::cos(angles)}, 1);
}

struct UseLiteSizes {
  std::int64_t vocabulary = 0;
  std::int64_t embedding = 0;
  std::int64_t hidden = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t inner = 0;
  std::int64_t positions = 0;
  double eps = 0;
};

UseLiteSizes ReadSizes(Config& config) {
  UseLiteSizes sizes;
  sizes.vocabulary = config.Int("vocab_size", 8002, 1, kMaxVocabulary);
  sizes.embedding = config.Int("embedding_size", 256, 2, kMaxWidth);
  sizes.hidden = config.Int("hidden_size", 512, 1, kMaxWidth);
  sizes.layers = config.Int("num_layers", 2, 1, kMaxLayers);
  sizes.heads = config.Int("num_heads", 4, 1, kMaxHeads);
  sizes.inner = config.Int("intermediate_size", 1536, 1, kMaxWidth);
  sizes.positions = config.Int("max_length", 128, 1, inference::kMaxTokens);
  sizes.eps = config.Float("layer_norm_eps", 1e-6, 0);
  if (sizes.embedding % sizes.heads != 0 || sizes.hidden % sizes.heads != 0) {
    config.Reject("num_heads", "must divide embedding_size and hidden_size");
  }
  if (sizes.embedding % 2 != 0) config.Reject("embedding_size", "must be even");
  if (config.Int("reserved_pieces", 6, 0, kMaxVocabulary) != 6) {
    config.Reject("reserved_pieces", "must be 6");
  }
  if (config.Int("unk_id", 0, 0, kMaxVocabulary) != 0) config.Reject("unk_id", "must be 0");
  const std::pair<const char*, const char*> settings[] = {
      {"activation", "relu"}, {"pooling", "mean"}, {"head_activation", "tanh"}};
  for (const auto& [field, value] : settings) {
    if (config.String(field, value) != value) {
      config.Reject(field, absl::StrCat("must be ", value));
    }
  }
  if (!config.Bool("normalize", true)) config.Reject("normalize", "must be true");
  return sizes;
}

void TakeUseLiteLayer(Weights& weights, torch::jit::Module& root, const UseLiteSizes& sizes,
                      std::int64_t number) {
  torch::jit::Module layer("UseLiteLayer");
  const std::string at = absl::StrCat("layers.", number, ".");
  const std::int64_t inputs = number == 0 ? sizes.embedding : sizes.hidden;
  const bool projected = number == 0;
  TakeLayerNorm(weights, layer, "norm1", at + "attention_norm", inputs);
  TakeAttentionInputs(weights, layer, at + "attention.qkv", inputs);
  TakeDense(weights, layer, "out", at + "attention.output", inputs, sizes.hidden);
  if (projected) TakeDense(weights, layer, "residual", at + "residual", inputs, sizes.hidden);
  TakeLayerNorm(weights, layer, "norm2", at + "ffn_norm", sizes.hidden);
  TakeDense(weights, layer, "up", at + "ffn.1", sizes.hidden, sizes.inner);
  TakeDense(weights, layer, "down", at + "ffn.2", sizes.inner, sizes.hidden);
  SetInt(layer, "heads", sizes.heads);
  SetFloat(layer, "eps", sizes.eps);
  SetFloat(layer, "scale", 1 / std::sqrt(static_cast<double>(inputs / sizes.heads)));
  if (!weights.ok()) return;
  layer.define(absl::Substitute(kUseLiteLayer, projected ? kProjectedResidual : "x"));
  root.register_module(absl::StrCat("layer", number), layer);
}

void DescribeUseLite(const UseLiteSizes& sizes, const BuildOptions& options,
                     model::v1::Bundle& manifest) {
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  AddSpec(*manifest.mutable_inputs(), "ids", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_inputs(), "mask", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_outputs(), "vectors", DATA_TYPE_FLOAT32, {-1, sizes.hidden});
  const std::int64_t tokens =
      options.max_tokens > 0 ? std::min(options.max_tokens, sizes.positions) : sizes.positions;
  manifest.mutable_limits()->set_max_tokens(static_cast<std::int32_t>(tokens));
  manifest.mutable_limits()->set_vocabulary(sizes.vocabulary);
  manifest.set_pooling(model::v1::POOLING_MEAN);
  manifest.set_normalized(true);
}

}  // namespace

absl::StatusOr<BuiltModel> BuildUseLite(Config& config, Weights& weights,
                                        const BuildOptions& options) {
  const UseLiteSizes sizes = ReadSizes(config);
  if (!options.pool_modes.empty() || !options.steps.empty() ||
      options.pooling == model::v1::POOLING_CLS) {
    config.Reject("pooling", "is the model's own");
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  BuiltModel built{.module = torch::jit::Module("UseLite"), .manifest = {}};
  TakeTensor(weights, built.module, "tokens", "embeddings", {sizes.vocabulary, sizes.embedding});
  const at::Tensor timescales =
      weights.Take("timing.inverse_timescales", {sizes.embedding / 2}, Init::kNormal);
  for (std::int64_t i = 0; i < sizes.layers && weights.ok(); ++i) {
    TakeUseLiteLayer(weights, built.module, sizes, i);
  }
  TakeDense(weights, built.module, "head", "head", sizes.hidden, sizes.hidden);
  CLIENTELE_RETURN_IF_ERROR(weights.Finish());
  built.module.register_buffer("timing", TimingTable(timescales, sizes.positions));
  built.module.define(
      absl::Substitute(kUseLiteEncode, Unroll(sizes.layers, "x = self.layer$0.forward(x, bias)")));
  DescribeUseLite(sizes, options, built.manifest);
  return built;
}

}  // namespace clientele::modeling
