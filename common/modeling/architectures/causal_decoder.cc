#include "common/modeling/architectures/causal_decoder.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/module_source.h"

namespace clientele::modeling {

using inference::AddSpec;

const char kDecoderLayerSource[] = R"py(
def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    rows, heads, length, width = q.size(0), q.size(1), q.size(2), q.size(3)
    groups = k.size(1)
    shared = heads // groups
    q = q.reshape([rows, groups, shared * length, width])
    scores = torch.matmul(q, k.transpose(2, 3)) * self.scale + bias
    a = torch.matmul(torch.softmax(scores, -1), v)
    return a.reshape([rows, heads, length, width])

def forward(self, x: Tensor, phase: Tensor, bias: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    q, k, v = self.project(x, phase)
    a = self.attend(q, k, v, bias).transpose(1, 2).reshape([x.size(0), x.size(1), -1])
    return self.mix(x, a), k, v

def last(self, x: Tensor, phase: Tensor, bias: Tensor, rows: Tensor, ends: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    q, k, v = self.project(x, phase)
    a = self.attend(q[rows, :, ends].unsqueeze(2), k, v, bias).reshape([x.size(0), -1])
    return self.mix(x[rows, ends], a), k, v

def step(self, x: Tensor, kv: Tensor, phase: Tensor, bias: Tensor, rows: Tensor, positions: Tensor) -> Tensor:
    q, k, v = self.project(x.unsqueeze(1), phase)
    keys, values = kv[0], kv[1]
    keys[rows, :, positions] = k.squeeze(2)
    values[rows, :, positions] = v.squeeze(2)
    a = self.attend(q, keys, values, bias).reshape([x.size(0), -1])
    return self.mix(x, a)
)py";

namespace {

// Far below any score, and inside half precision's range: exp() of it is 0.
constexpr char kMasks[] = R"py(
def causal(self, length: int, like: Tensor) -> Tensor:
    masked = torch.full([length, length], -30000.0, dtype=like.dtype, device=like.device)
    return torch.triu(masked, 1)

def shared(self, bias: Tensor) -> Tensor:
    return bias.repeat([1, 1, self.sharing, 1])
)py";

// Beside `bias`, what layers that slide add.
constexpr char kWindow[] = R"py(
def outside(self, length: int, like: Tensor) -> Tensor:
    masked = torch.full([length, length], -30000.0, dtype=like.dtype, device=like.device)
    return torch.tril(masked, -self.window)

def before(self, positions: Tensor, length: int, like: Tensor) -> Tensor:
    first = positions.unsqueeze(1) - self.window
    earlier = torch.arange(length, device=like.device).unsqueeze(0) <= first
    return (earlier.to(like.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)
)py";

std::string Methods(const CausalDecoderShape& shape) {
  const std::int64_t layers = shape.layers;
  const bool windowed = shape.window > 0;
  const auto slides = [&](std::int64_t layer) {
    return windowed && shape.slides[static_cast<std::size_t>(layer)];
  };
  // $0: the layer; $1: its bias.
  const auto unroll = [&](std::int64_t count, absl::string_view line) {
    std::string source;
    for (std::int64_t layer = 0; layer < count; ++layer) {
      absl::StrAppend(&source, "    ",
                      absl::Substitute(line, layer, slides(layer) ? "near" : "bias"), "\n");
    }
    return source;
  };
  const auto where_windowed = [&](const char* line) { return windowed ? line : ""; };
  return absl::StrCat(
      kMasks, where_windowed(kWindow),
      R"py(
def beyond(self, positions: Tensor, length: int, like: Tensor) -> Tensor:
    later = torch.arange(length, device=like.device).unsqueeze(0) > positions.unsqueeze(1)
    return (later.to(like.dtype) * -30000.0).unsqueeze(1).unsqueeze(1)

def prefill(self, ids: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
    count, length = ids.size(0), ids.size(1)
    rows = torch.arange(count, device=ids.device)
    ends = torch.sum(mask, 1) - 1
    positions = torch.arange(length, device=ids.device).unsqueeze(0)
)py",
      shape.phase_by_length ? "    positions = torch.minimum(positions, ends.unsqueeze(1))\n" : "",
      R"py(    x = self.embed(ids, positions)
    phase = self.phase(positions)
    bias = self.shared(self.causal(length, x).unsqueeze(0).unsqueeze(0))
)py",
      where_windowed(
          "    near = bias + self.shared(self.outside(length, x).unsqueeze(0).unsqueeze(0))\n"),
      "    cache: List[Tensor] = []\n",
      unroll(layers - 1,
             "x, k, v = self.layer$0.forward(x, phase, $1)\n"
             "    cache += [k, v]"),
      absl::Substitute(R"py(    bias = self.beyond(ends, length, x)$1
    x, k, v = self.layer$0.last(x, phase, bias, rows, ends)
    cache += [k, v]
    kv = torch.stack(cache)
    return self.head(x), kv.view([-1, 2, count, kv.size(2), length, kv.size(4)])

def step(self, ids: Tensor, positions: Tensor, cache: Tensor) -> Tensor:
    rows = torch.arange(ids.size(0), device=ids.device)
    column = positions.unsqueeze(1)
    x = self.embed(ids.unsqueeze(1), column).squeeze(1)
    phase = self.phase(column)
    bias = self.beyond(positions, cache.size(4), x)
)py",
                       layers - 1, slides(layers - 1) ? " + self.before(ends, length, x)" : ""),
      where_windowed("    near = bias + self.before(positions, cache.size(4), x)\n"),
      unroll(layers, "x = self.layer$0.step(x, cache[$0], phase, $1, rows, positions)"),
      R"py(    return self.head(x)

def reference(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    length = input_ids.size(1)
    positions = torch.arange(length, device=input_ids.device).unsqueeze(0)
    x = self.embed(input_ids, positions)
    phase = self.phase(positions)
    hidden = (1 - attention_mask).to(x.dtype) * -30000.0
    bias = self.shared(self.causal(length, x) + hidden.unsqueeze(1).unsqueeze(1))
)py",
      where_windowed(
          "    near = bias + self.shared(self.outside(length, x).unsqueeze(0).unsqueeze(0))\n"),
      unroll(layers, "x, k$0, v$0 = self.layer$0.forward(x, phase, $1)"),
      R"py(    return self.head(x)
)py");
}

}  // namespace

void DescribeEnds(Config& config, std::int64_t vocabulary, std::optional<std::int64_t> usual_end,
                  model::v1::Bundle& manifest) {
  std::vector<std::int64_t> ends = config.Ints("eos_token_id", -1, kMaxVocabulary);
  const bool silent = !config.Has("eos_token_id") && !config.IsNull("eos_token_id");
  if (silent && usual_end) ends = {*usual_end};
  const auto is_an_id = [&](std::int64_t id) { return id >= 0 && id < vocabulary; };
  ends.erase(std::remove_if(ends.begin(), ends.end(), std::not_fn(is_an_id)), ends.end());
  auto& settings = *manifest.mutable_settings();
  settings["end_ids"] = absl::StrJoin(ends, ",");
  // The reference pads with the first end where a model has no padding of its own.
  const std::int64_t fallback = ends.empty() ? 0 : ends.front();
  const std::int64_t padding = config.Int("pad_token_id", fallback, -1, kMaxVocabulary);
  settings["pad_id"] = absl::StrCat(is_an_id(padding) ? padding : fallback);
}

absl::Status FinishCausalDecoder(const CausalDecoderShape& shape, const std::string& root_source,
                                 std::optional<std::int64_t> usual_end, Config& config,
                                 BuiltModel& built) {
  if (shape.window > 0) SetInt(built.module, "window", shape.window);
  SetInt(built.module, "sharing", shape.heads / shape.key_heads);
  built.module.define(absl::StrCat(root_source, Methods(shape)));
  using model::v1::DATA_TYPE_FLOAT32;
  using model::v1::DATA_TYPE_INT64;
  model::v1::Bundle& manifest = built.manifest;
  manifest.set_task(model::v1::TASK_TEXT_GENERATOR);
  AddSpec(*manifest.mutable_inputs(), "ids", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_inputs(), "mask", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*manifest.mutable_outputs(), "logits", DATA_TYPE_FLOAT32, {-1, shape.vocabulary});
  AddSpec(*manifest.mutable_outputs(), "cache", DATA_TYPE_FLOAT32,
          {shape.layers, 2, -1, shape.key_heads, -1, shape.head_width});
  model::v1::Method& reference = *manifest.mutable_reference();
  reference.set_name("reference");
  AddSpec(*reference.mutable_inputs(), "input_ids", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*reference.mutable_inputs(), "attention_mask", DATA_TYPE_INT64, {-1, -1});
  AddSpec(*reference.mutable_outputs(), "logits", DATA_TYPE_FLOAT32, {-1, -1, shape.vocabulary});
  manifest.mutable_limits()->set_max_tokens(
      static_cast<std::int32_t>(std::min<std::int64_t>(shape.positions, inference::kMaxTokens)));
  manifest.mutable_limits()->set_vocabulary(shape.vocabulary);
  (*manifest.mutable_settings())["architecture_kind"] = "decoder";
  DescribeEnds(config, shape.vocabulary, usual_end, manifest);
  return config.status();
}

}  // namespace clientele::modeling
