#include "services/qa-service/training/reranker/ranker_module.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>

#include "common/inference/tasks/token_tensors.h"
#include "common/training/seeds.h"

namespace clientele::qa {
namespace {

// Of a pair: the question's share that the passage covers, the largest shares within 4, 12 and 32
// tokens, and the logarithm of the passage's length.
constexpr std::int64_t kPairFeatures = 5;

constexpr char kRankSource[] = R"py(
def covered(self, ids: Tensor, mask: Tensor, segments: Tensor, overlap: Tensor) -> Tensor:
    passage = segments * mask
    weights = torch.embedding(self.rarity, ids).squeeze(2) * (mask * (1 - segments)).to(self.rarity.dtype)
    same = torch.logical_and(ids.unsqueeze(2) == ids.unsqueeze(1), passage.unsqueeze(1) != 0)
    found = torch.amax(same.to(weights.dtype), [2]) * weights
    share = torch.sum(found, [1], True) / torch.clamp(torch.sum(weights, [1], True), min=1e-6)
    nearest = torch.amax(overlap[:, :, 2:5], [1])
    length = torch.log(1.0 + torch.sum(passage, [1], True).to(weights.dtype))
    return torch.cat([share, nearest, length], 1)

def mean_of(self, states: Tensor, chosen: Tensor) -> Tensor:
    weights = chosen.to(states.dtype).unsqueeze(2)
    return torch.sum(states * weights, 1) / torch.clamp(torch.sum(weights, 1), min=1.0)

def score(self, states: Tensor, overlap: Tensor, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    pair = self.covered(ids, mask, segments, overlap)
    question = self.mean_of(states, mask * (1 - segments))
    passage = self.mean_of(states, mask * segments)
    x = torch.cat([states[:, 0], question * passage, torch.abs(question - passage), pair], 1)
    x = torch.gelu(torch.linear(x, self.rank_inner_weight, self.rank_inner_bias))
    learned = torch.linear(x, self.rank_weight, self.rank_bias).squeeze(1)
    return learned + torch.sum(pair * self.rank_pair_weight, 1)

def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    overlap = self.overlap(ids, mask, segments)
    states = self.states(ids, mask, segments, overlap)
    return self.score(states, overlap, ids, mask, segments)
)py";

}  // namespace

void AddRankHead(PairModule& pair, std::uint64_t seed) {
  at::Generator generator = training::TorchGenerator(seed);
  torch::jit::Module& module = pair.module;
  const std::int64_t inputs = 3 * pair.width + kPairFeatures;
  const double deviation = std::sqrt(2.0 / static_cast<double>(inputs + pair.width));
  module.register_buffer("rank_inner_weight",
                         at::empty({pair.width, inputs}).normal_(0, deviation, generator));
  module.register_buffer("rank_inner_bias", at::zeros({pair.width}));
  module.register_buffer("rank_weight", at::zeros({1, pair.width}));
  module.register_buffer("rank_bias", at::zeros({1}));
  module.register_buffer("rank_pair_weight", at::zeros({1, kPairFeatures}));
  module.define(kRankSource);
}

at::Tensor RankScores(const torch::jit::Module& ranker,
                      absl::Span<const inference::TokenRow* const> rows, double dropout) {
  const inference::TokenTensors tokens = inference::PadRows(rows);
  const at::Tensor overlap =
      ranker.get_method("overlap")({tokens.ids, tokens.mask, tokens.segments}).toTensor();
  at::Tensor states =
      ranker.get_method("states")({tokens.ids, tokens.mask, tokens.segments, overlap}).toTensor();
  if (dropout > 0) states = at::dropout(states, dropout, /*train=*/true);
  return ranker.get_method("score")({states, overlap, tokens.ids, tokens.mask, tokens.segments})
      .toTensor();
}

at::Tensor FirstOfListLoss(const at::Tensor& scores, absl::Span<const std::int64_t> sizes) {
  std::vector<at::Tensor> losses;
  losses.reserve(sizes.size());
  std::int64_t first = 0;
  for (const std::int64_t size : sizes) {
    losses.push_back(-at::log_softmax(scores.narrow(0, first, size), 0)[0]);
    first += size;
  }
  return at::stack(losses).mean();
}

double LikeliestScale(absl::Span<const std::vector<float>> lists) {
  // The loss is convex in the scale: its slope is halved to zero.
  double low = 1;
  double high = 1000;
  while (high - low > 0.01) {
    const double scale = (low + high) / 2;
    double slope = 0;
    for (const std::vector<float>& list : lists) {
      const at::Tensor scores = at::tensor(list, at::kDouble);
      slope += ((scores * scale).softmax(0) * scores).sum().item<double>() -
               static_cast<double>(list.front());
    }
    (slope < 0 ? low : high) = scale;
  }
  return (low + high) / 2;
}

}  // namespace clientele::qa
