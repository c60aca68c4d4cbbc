#include "services/qa-service/training/intents/intent_module.h"

#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/substitute.h"

namespace clientele::qa {
namespace {

// Vectors of unit length, zeros for a row without tokens. $0: the encoder, $1: the method's name.
constexpr char kVectors[] = R"py(
def $1(self, ids: Tensor, own: Tensor) -> Tensor:
    x = self.$0.forward(ids, own)
    x = x / torch.clamp(torch.sqrt(torch.sum(x * x, [1], True)), min=1e-12)
    return x * (torch.sum(own, 1, True) > 0).to(x.dtype)
)py";

// Of one list: [margins of its n-grams, share of those that are known]. $0: the list, $1: its norm.
constexpr char kList[] = R"py(
def list$0(self, ids: Tensor, chosen: Tensor) -> Tuple[Tensor, Tensor]:
    rows = ids.size(0)
    count = self.ngrams$0.size(0)
    places = torch.clamp(torch.searchsorted(self.ngrams$0, ids), max=count - 1)
    known = torch.logical_and(chosen, torch.take(self.ngrams$0, places) == ids)
    keys = torch.arange(rows, device=ids.device).unsqueeze(1) * count + places
    keys, inverse, counts = torch._unique2(torch.masked_select(keys, known), True, False, True)
    row = torch.div(keys, count, rounding_mode="floor")
    place = keys - row * count
    values = (1.0 + torch.log(counts.to(self.idf$0.dtype))) * torch.index_select(self.idf$0, 0, place)
    squares = torch.zeros([rows], device=ids.device).index_add(0, row, values * values)
    scale = $1 / torch.clamp(torch.sqrt(squares), min=1e-12)
    values = values * torch.index_select(scale, 0, row)
    weighted = torch.index_select(self.weights$0, 0, place) * values.unsqueeze(1)
    margins = torch.zeros([rows, self.weights$0.size(1)], device=ids.device).index_add(0, row, weighted)
    share = torch.sum(known, 1).to(values.dtype) / torch.clamp(torch.sum(chosen, 1), min=1).to(values.dtype)
    return margins, share
)py";

// $0: longest row of the encoder, $1: one less than its vocabulary, $2: margins of the vector,
// $3: the lists, $4: logits, $5: scores.
constexpr char kForward[] = R"py(
def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    own = mask * (segments == 0).long()
    length = min(max(int(torch.max(torch.sum(own, 1)).item()), 1), $0)
    tokens = torch.clamp(ids[:, :length], min=0, max=$1)
    own = own[:, :length]
    vectors = self.vectors(tokens, own)
    margins = self.bias.unsqueeze(0).expand([ids.size(0), -1])
$2$3$4$5)py";

constexpr char kVectorMargins[] =
    R"py(    x = (vectors - self.mean) * (torch.sum(torch.abs(vectors), 1, True) > 0).to(vectors.dtype)
    x = x / torch.clamp(torch.sqrt(torch.sum(x * x, [1], True)), min=1e-12) * $0
    margins = margins + torch.matmul(x, self.vector_weights)
)py";

constexpr char kListMargins[] =
    R"py(    part, share$0 = self.list$0(ids, torch.logical_and(mask != 0, segments == $1))
    margins = margins + part
)py";

constexpr char kLogits[] = R"py(    logits = margins[:, :$0] * $1
)py";
constexpr char kTunedLogits[] =
    R"py(    near = torch.matmul(self.tuned_vectors(tokens, own), self.tuned_classes)
    tuned = near * $0 + self.tuned_bias
    logits = logits + tuned * $1
)py";

constexpr char kScores[] = R"py(    return torch.log_softmax(logits, 1)
)py";
// $0: the tuned scores' largest, $1: shares.
constexpr char kRejectingScores[] = R"py(    best = torch.topk(logits, 2, 1)[0]
    nearest = torch.amax(torch.matmul(vectors, self.centroids), [1])
    evidence = [best[:, 0], torch.logsumexp(logits, [1]), best[:, 0] - best[:, 1]]
    evidence += [margins[:, -1], nearest, $0$1]
    outside = torch.matmul(torch.stack(evidence, 1), self.evidence_weights) + self.evidence_bias
    inside = torch.log_softmax(logits, 1) - torch.softplus(outside).unsqueeze(1)
    return torch.cat([inside, -torch.softplus(-outside).unsqueeze(1)], 1)
)py";

// A float as source that reads back as the same number.
std::string Literal(double value) {
  std::string text = absl::StrFormat("%.17g", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

at::Tensor FloatTensor(const std::vector<float>& values, std::vector<std::int64_t> shape) {
  return at::tensor(at::ArrayRef<float>(values), at::kFloat).reshape(shape).clone();
}

std::int64_t SizeOf(std::size_t size) { return static_cast<std::int64_t>(size); }

void RegisterLinear(const IntentModel& model, torch::jit::Module& module) {
  const LinearScorer& margins = model.margins;
  const std::int64_t classes = SizeOf(margins.classes);
  const std::int64_t width = SizeOf(margins.sparse_width + margins.dense_width) + 1;
  // [features, classes]: the weights of one feature lie side by side.
  const at::Tensor weights = FloatTensor(margins.weights, {classes, width}).t().contiguous();
  std::int64_t first = 0;
  for (std::size_t list = 0; list < model.features.lists().size(); ++list) {
    const NgramWeights& ngrams = model.features.lists()[list];
    // A list without an n-gram keeps one that no text has.
    const bool none = ngrams.size() == 0;
    const std::int64_t count = SizeOf(ngrams.size());
    const at::Tensor ids =
        none ? at::full({1}, -1, at::kLong)
             : at::tensor(at::ArrayRef<std::int64_t>(ngrams.ids()), at::kLong).clone();
    module.register_buffer(absl::StrCat("ngrams", list), ids);
    module.register_buffer(absl::StrCat("idf", list),
                           none ? at::zeros({1}) : FloatTensor(ngrams.idf(), {count}));
    module.register_buffer(
        absl::StrCat("weights", list),
        none ? at::zeros({1, classes}) : weights.narrow(0, first, count).clone());
    first += count;
  }
  if (margins.dense_width > 0) {
    const std::int64_t dimension = SizeOf(margins.dense_width);
    module.register_buffer("vector_weights", weights.narrow(0, first, dimension).clone());
    module.register_buffer("mean", FloatTensor(model.features.mean(), {1, dimension}));
  }
  module.register_buffer("bias", weights.select(0, width - 1).clone());
}

void RegisterRejection(const IntentModel& model, torch::jit::Module& module) {
  const std::int64_t labels = SizeOf(model.labels.size());
  const LogisticRegression& regression = model.rejection->regression;
  std::vector<float> weights;
  weights.reserve(regression.weights.size());
  for (const double weight : regression.weights) weights.push_back(static_cast<float>(weight));
  module.register_buffer("evidence_weights", FloatTensor(weights, {SizeOf(weights.size())}));
  module.register_buffer("evidence_bias", at::full({1}, regression.bias, at::kFloat));
  module.register_buffer("centroids", FloatTensor(model.centroids, {labels, -1}).t().contiguous());
}

}  // namespace

torch::jit::Module MakeIntentModule(const IntentModel& model, const EncoderModule& encoder,
                                    const std::optional<TunedEncoder>& tuned) {
  torch::jit::Module module("Intents");
  module.register_module("encoder", encoder.module);
  RegisterLinear(model, module);
  std::string source = absl::Substitute(kVectors, "encoder", "vectors");
  std::string parts[2];
  std::string shares;
  const TextFeatureOptions& options = model.features.options();
  if (model.margins.dense_width > 0) {
    parts[0] = absl::Substitute(kVectorMargins, Literal(static_cast<double>(options.vector_norm)));
  }
  for (std::size_t list = 0; list < model.features.lists().size(); ++list) {
    absl::StrAppend(
        &source,
        absl::Substitute(kList, list, Literal(static_cast<double>(options.ngram_norms[list]))));
    absl::StrAppend(&parts[1], absl::Substitute(kListMargins, list, list + 1));
    absl::StrAppend(&shares, ", share", list);
  }
  std::string logits =
      absl::Substitute(kLogits, model.labels.size(), Literal(model.score_weights[0]));
  if (tuned.has_value()) {
    module.register_module("tuned", tuned->module);
    const at::Tensor classes = tuned->classes.detach();
    module.register_buffer("tuned_classes",
                           (classes / classes.norm(2, {1}, true)).t().contiguous().clone());
    module.register_buffer("tuned_bias", tuned->bias.detach().clone());
    absl::StrAppend(&source, absl::Substitute(kVectors, "tuned", "tuned_vectors"));
    absl::StrAppend(&logits, absl::Substitute(kTunedLogits, Literal(tuned->scale),
                                              Literal(model.score_weights[1])));
  }
  std::string scores = kScores;
  if (model.rejection.has_value()) {
    RegisterRejection(model, module);
    scores = absl::Substitute(
        kRejectingScores,
        tuned.has_value() ? "torch.amax(tuned, [1])" : "torch.zeros_like(nearest)", shares);
  }
  module.define(
      absl::StrCat(source, absl::Substitute(kForward, encoder.max_tokens, encoder.vocabulary - 1,
                                            parts[0], parts[1], logits, scores)));
  module.eval();
  return module;
}

}  // namespace clientele::qa
