#include "services/qa-service/training/reader/reader_module.h"

#include <cmath>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "common/inference/tasks/token_tensors.h"
#include "common/training/seeds.h"

namespace clientele::qa {
namespace {

constexpr char kSpanSource[] = R"py(
def spans(self, states: Tensor, overlap: Tensor) -> Tuple[Tensor, Tensor]:
    x = torch.cat([states, overlap], 2)
    x = torch.gelu(torch.linear(x, self.span_inner_weight, self.span_inner_bias))
    logits = torch.linear(x, self.span_weight, self.span_bias)
    return logits[:, :, 0].contiguous(), logits[:, :, 1].contiguous()

def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tuple[Tensor, Tensor]:
    overlap = self.overlap(ids, mask, segments)
    return self.spans(self.states(ids, mask, segments, overlap), overlap)
)py";

at::Tensor RandomWeight(std::int64_t outputs, std::int64_t inputs, at::Generator& generator) {
  // Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks,
  // 2010.
  const double deviation = std::sqrt(2.0 / static_cast<double>(outputs + inputs));
  return at::empty({outputs, inputs}).normal_(0, deviation, generator);
}

// What no logit of a real model reaches.
constexpr double kLeftOut = -1e4;

}  // namespace

void AddSpanHead(PairModule& pair, std::uint64_t seed) {
  at::Generator generator = training::TorchGenerator(seed);
  torch::jit::Module& module = pair.module;
  const std::int64_t inputs = pair.width + kOverlapFeatures;
  module.register_buffer("span_inner_weight", RandomWeight(pair.width, inputs, generator));
  module.register_buffer("span_inner_bias", at::zeros({pair.width}));
  module.register_buffer("span_weight", RandomWeight(2, pair.width, generator));
  module.register_buffer("span_bias", at::zeros({2}));
  module.define(kSpanSource);
}

at::Tensor SpanLogits(const torch::jit::Module& reader,
                      absl::Span<const inference::TokenizedPair* const> pairs, double dropout,
                      at::Tensor mask) {
  std::vector<const inference::TokenRow*> rows;
  rows.reserve(pairs.size());
  for (const inference::TokenizedPair* pair : pairs) rows.push_back(&pair->row);
  const inference::TokenTensors tokens = inference::PadRows(rows);
  if (!mask.defined()) mask = tokens.mask;
  const at::Tensor overlap =
      reader.get_method("overlap")({tokens.ids, mask, tokens.segments}).toTensor();
  at::Tensor states =
      reader.get_method("states")({tokens.ids, mask, tokens.segments, overlap}).toTensor();
  if (dropout > 0) states = at::dropout(states, dropout, /*train=*/true);
  const auto spans = reader.get_method("spans")({states, overlap}).toTuple();
  return at::stack({spans->elements()[0].toTensor(), spans->elements()[1].toTensor()});
}

at::Tensor SpanLoss(const at::Tensor& logits,
                    absl::Span<const inference::TokenizedPair* const> pairs,
                    absl::Span<const TokenLabel> labels) {
  const auto rows = static_cast<std::int64_t>(pairs.size());
  at::Tensor left_out = at::ones({rows, logits.size(2)}, at::kBool);
  at::Tensor wanted = at::empty({2, rows}, at::kLong);
  auto* out = left_out.data_ptr<bool>();
  auto* places = wanted.data_ptr<std::int64_t>();
  for (std::size_t row = 0; row < pairs.size(); ++row) {
    bool* at = out + static_cast<std::int64_t>(row) * logits.size(2);
    at[0] = false;
    const std::vector<std::int8_t>& sequences = pairs[row]->sequences;
    for (std::size_t i = 1; i < sequences.size(); ++i) at[i] = sequences[i] != 1;
    places[row] = static_cast<std::int64_t>(labels[row].first);
    places[static_cast<std::size_t>(rows) + row] = static_cast<std::int64_t>(labels[row].last);
  }
  const at::Tensor likelihoods =
      at::log_softmax(logits.masked_fill(left_out.unsqueeze(0), kLeftOut), 2);
  return -likelihoods.gather(2, wanted.unsqueeze(2)).mean();
}

}  // namespace clientele::qa
