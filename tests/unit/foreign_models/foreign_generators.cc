#include "tests/unit/foreign_models/foreign_generators.h"

#include <cmath>
#include <stdexcept>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "tests/unit/foreign_models/contract_page.h"

namespace clientele::foreign {
namespace {

constexpr int kVocabulary = 16;

// Features of a position: its token's number, the logarithm of its place, 1, and what the
// layers add.
enum Feature { kNumber, kPlace, kOne, kFirstSum, kSecondSum, kDecoderFeatures };
// Of a layer's heads side by side: width 2 each.
enum Slot { kHeadA = 0, kHeadB = 2, kSlots = 4 };

constexpr char kDecoderParts[] = R"(
def embed(self, ids, positions):
    number = ids.to(self.queries.dtype)
    place = torch.log(positions.to(number.dtype) + 1.0)
    none = torch.zeros_like(number)
    return torch.stack([number, place, none + 1.0, none, none], -1)
def project(self, x, layer: int):
    heads = x.shape[:-1] + [2, 2]
    query = torch.matmul(x, self.queries[layer]).reshape(heads)
    key = torch.matmul(x, self.keys[layer]).reshape(heads)
    return query, key, torch.matmul(x, self.values[layer]).reshape(heads)
def mix(self, x, attended, layer: int):
    return x + torch.matmul(attended.flatten(-2), self.outputs[layer])
def head(self, x):
    return torch.matmul(x, self.words)
)";

constexpr char kEncoderDecoderMethods[] = R"(
def embed(self, ids, positions):
    number = ids.to(self.words.dtype)
    place = torch.log(positions.to(number.dtype) + 1.0)
    return torch.stack([number, place], -1)
def attend(self, keys, values, held):
    scores = keys[:, :, :, 0].masked_fill(held.logical_not().unsqueeze(1), -1e9)
    return torch.matmul(torch.softmax(scores, -1).unsqueeze(2), values)[:, 0, 0, 0]
def answer(self, own, other):
    y = own * 0.5 + other * 0.75 + 1.25
    return y.unsqueeze(1) * self.words * 2.0 - self.words * self.words
def cells(self, x):
    key = torch.stack([x[:, :, 1], x[:, :, 0]], -1)
    return torch.stack([key, x]).unsqueeze(2).unsqueeze(0)
def prefill(self, ids, mask):
    cross = self.cells(self.embed(ids, torch.arange(ids.size(1)).unsqueeze(0).expand_as(ids)))
    start = torch.ones_like(ids[:, 0:1])
    cache = self.cells(self.embed(start, start - 1))
    own = self.attend(cache[0, 0], cache[0, 1], start.gt(0))
    return self.answer(own, self.attend(cross[0, 0], cross[0, 1], mask.gt(0))), cache, cross, mask
def step(self, ids, positions, cache, cross, source_mask):
    rows = torch.arange(ids.size(0))
    held = torch.arange(cache.size(4)).unsqueeze(0) <= positions.unsqueeze(1)
    new = self.cells(self.embed(ids.unsqueeze(1), positions.unsqueeze(1)))
    keys, values = cache[0, 0], cache[0, 1]
    keys[rows, :, positions] = new[0, 0, :, :, 0]
    values[rows, :, positions] = new[0, 1, :, :, 0]
    own = self.attend(keys, values, held)
    return self.answer(own, self.attend(cross[0, 0], cross[0, 1], source_mask.gt(0)))
)";

// sum (j + 1) t_j / sum (j + 1) over the first `count`.
double Weighted(const std::vector<std::int64_t>& tokens, std::size_t count) {
  double sum = 0;
  double weights = 0;
  for (std::size_t j = 0; j < count; ++j) {
    const double weight = static_cast<double>(j) + 1;
    sum += weight * static_cast<double>(tokens[j]);
    weights += weight;
  }
  return sum / weights;
}

std::int64_t Nearest(double y) {
  if (std::abs(y - std::floor(y) - 0.5) < 0.01) throw std::logic_error("two tokens are as near");
  return std::min<std::int64_t>(kVocabulary - 1, std::llround(y));
}

}  // namespace

std::string ForeignDecoderMethods() { return MethodsOf("TEXT_GENERATOR") + kDecoderParts; }

torch::jit::Module DecoderOf(const std::string& methods) {
  const auto weights = [](std::int64_t from, std::int64_t to) { return at::zeros({2, from, to}); };
  const at::Tensor queries = weights(kDecoderFeatures, kSlots);
  const at::Tensor keys = weights(kDecoderFeatures, kSlots);
  const at::Tensor values = weights(kDecoderFeatures, kSlots);
  const at::Tensor outputs = weights(kSlots, kDecoderFeatures);
  // Layer 0, head A: the tokens' numbers, weighed by place.
  queries[0][kOne][kHeadA] = 1;
  keys[0][kPlace][kHeadA] = 1;
  values[0][kNumber][kHeadA] = 1;
  outputs[0][kHeadA][kFirstSum] = 1;
  // Layer 1, head B: the mean of what layer 0 made at each position.
  values[1][kFirstSum][kHeadB] = 1;
  outputs[1][kHeadB][kSecondSum] = 1;
  const at::Tensor v = at::arange(kVocabulary, at::kFloat);
  const at::Tensor words = at::zeros({kDecoderFeatures, kVocabulary});
  words[kSecondSum] = 2 * v;
  words[kOne] = 2 * 1.25 * v - v * v;

  torch::jit::Module module("Decoder");
  module.register_buffer("queries", queries);
  module.register_buffer("keys", keys);
  module.register_buffer("values", values);
  module.register_buffer("outputs", outputs);
  module.register_buffer("words", words);
  module.register_attribute("layers", c10::IntType::get(), 2);
  module.register_attribute("scale", c10::FloatType::get(), 1.0);
  module.define(methods);
  return module;
}

torch::jit::Module ForeignDecoder() { return DecoderOf(ForeignDecoderMethods()); }

std::string ForeignDecoderManifest() {
  return R"({
  "task": "TASK_TEXT_GENERATOR",
  "inputs": [
    {"name": "ids", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "outputs": [
    {"name": "logits", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 16]},
    {"name": "cache", "dtype": "DATA_TYPE_FLOAT32", "shape": [2, 2, -1, 2, -1, 2]}
  ],
  "limits": {"max_tokens": 64, "max_batch_rows": 8},
  "settings": {"architecture_kind": "decoder"}
})";
}

std::vector<std::int64_t> ExpectedOfDecoder(std::vector<std::int64_t> prompt, int tokens) {
  std::vector<std::int64_t> answer;
  for (int i = 0; i < tokens; ++i) {
    double sum = 0;
    for (std::size_t p = 1; p <= prompt.size(); ++p) sum += Weighted(prompt, p);
    answer.push_back(Nearest(sum / static_cast<double>(prompt.size()) + 1.25));
    prompt.push_back(answer.back());
  }
  return answer;
}

torch::jit::Module ForeignEncoderDecoder() {
  torch::jit::Module module("EncoderDecoder");
  module.register_buffer("words", at::arange(kVocabulary, at::kFloat));
  module.define(kEncoderDecoderMethods);
  return module;
}

std::string ForeignEncoderDecoderManifest() {
  return R"({
  "task": "TASK_TEXT_GENERATOR",
  "inputs": [
    {"name": "ids", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "outputs": [
    {"name": "logits", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 16]},
    {"name": "cache", "dtype": "DATA_TYPE_FLOAT32", "shape": [1, 2, -1, 1, -1, 2]},
    {"name": "cross", "dtype": "DATA_TYPE_FLOAT32", "shape": [1, 2, -1, 1, -1, 2]},
    {"name": "source_mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "limits": {"max_tokens": 64, "max_batch_rows": 8},
  "settings": {"architecture_kind": "encoder-decoder", "start_id": "1"}
})";
}

std::vector<std::int64_t> ExpectedOfEncoderDecoder(const std::vector<std::int64_t>& source,
                                                   int tokens) {
  std::vector<std::int64_t> answer = {1};
  for (int i = 0; i < tokens; ++i) {
    answer.push_back(Nearest(0.5 * Weighted(answer, answer.size()) +
                             0.75 * Weighted(source, source.size()) + 1.25));
  }
  answer.erase(answer.begin());
  return answer;
}

}  // namespace clientele::foreign
