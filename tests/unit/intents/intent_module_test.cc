#include "services/qa-service/training/intents/intent_module.h"

#include <cmath>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/types/span.h"

#include "services/qa-service/training/intents/score_mixture.h"
#include "tests/support/catch_with_torch.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::qa {
namespace {

using Catch::Approx;

constexpr std::int64_t kTinyVocabulary = 20;
constexpr std::size_t kTinyWidth = 4;

at::Tensor TinyTable(double phase) {
  at::Tensor table =
      at::arange(kTinyVocabulary * static_cast<std::int64_t>(kTinyWidth), at::kFloat);
  return at::sin(table * 1.7 + phase).view({kTinyVocabulary, -1});
}

// The mean of the tokens' rows of a table.
torch::jit::Module TinyEncoderModule(double phase) {
  torch::jit::Module module("TinyEncoder");
  module.register_buffer("table", TinyTable(phase));
  module.define(R"py(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(self.table.dtype).unsqueeze(-1)
    rows = torch.sum(torch.embedding(self.table, ids) * weights, 1)
    return rows / torch.clamp(torch.sum(weights, 1), min=1.0)
)py");
  return module;
}

std::vector<double> UnitMean(const std::vector<std::int64_t>& ids, double phase) {
  const at::Tensor table = TinyTable(phase);
  std::vector<double> mean(kTinyWidth, 0.0);
  for (const std::int64_t id : ids) {
    for (std::size_t j = 0; j < kTinyWidth; ++j) {
      mean[j] += static_cast<double>(table[id][static_cast<std::int64_t>(j)].item<float>());
    }
  }
  double square = 0;
  for (const double value : mean) square += value * value;
  for (double& value : mean) value /= std::max(std::sqrt(square), 1e-12);
  return mean;
}

// Four texts: tokens, words, characters. The last has no token, and n-grams that nobody knows.
struct TinyTexts {
  std::vector<std::vector<std::int64_t>> tokens = {{1, 2, 3}, {4, 5}, {6, 7, 8, 9}, {}};
  std::vector<NgramIds> words = {{100, 101, 100}, {102, 101}, {103, 100}, {555}};
  std::vector<NgramIds> characters = {{11, 12, 13}, {12, 12, 12, 14}, {15, 11}, {999, 998}};

  EncodedTexts Encoded() const {
    EncodedTexts encoded = {.ngrams = {words, characters}, .dimension = kTinyWidth};
    for (const auto& ids : tokens) {
      for (const double value : UnitMean(ids, 0)) {
        encoded.vectors.push_back(static_cast<float>(value));
      }
    }
    return encoded;
  }

  std::vector<c10::IValue> Inputs() const {
    std::size_t longest = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      longest = std::max(longest, tokens[i].size() + words[i].size() + characters[i].size());
    }
    const auto rows = static_cast<std::int64_t>(tokens.size());
    at::Tensor ids = at::zeros({rows, static_cast<std::int64_t>(longest)}, at::kLong);
    at::Tensor mask = at::zeros_like(ids);
    at::Tensor segments = at::zeros_like(ids);
    for (std::int64_t row = 0; row < rows; ++row) {
      std::int64_t at = 0;
      const auto put = [&](const std::vector<std::int64_t>& list, int segment) {
        for (const std::int64_t id : list) {
          ids[row][at] = id;
          mask[row][at] = 1;
          segments[row][at++] = segment;
        }
      };
      put(tokens[static_cast<std::size_t>(row)], 0);
      put(words[static_cast<std::size_t>(row)], 1);
      put(characters[static_cast<std::size_t>(row)], 2);
    }
    return {ids, mask, segments};
  }
};

IntentModel TinyModel(const EncodedTexts& texts, std::size_t machines, bool with_tuned) {
  const std::vector<std::size_t> rows = {0, 1, 2};
  IntentModel model;
  model.labels = {"a", "b", "c"};
  model.features = TextFeatures::Fit(texts, rows, {.ngram_norms = {1, 0.5}, .vector_norm = 1.5});
  const FeatureRows features = model.features.Apply(texts);
  model.margins = {.classes = machines,
                   .sparse_width = features.sparse_width,
                   .dense_width = features.dense_width};
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < machines * (features.width() + 1); ++i) {
    model.margins.weights.push_back(normal(random));
  }
  model.score_weights = with_tuned ? std::vector<double>{1.3, 0.4} : std::vector<double>{1.3};
  model.centroids = Centroids(texts, rows, std::vector<int>{0, 1, 2}, 3);
  return model;
}

TunedEncoder TinyTuned() {
  return {.module = TinyEncoderModule(0.6),
          .classes = at::cos(at::arange(12, at::kFloat)).view({3, 4}),
          .bias = at::tensor({0.1F, -0.2F, 0.3F}),
          .scale = 5};
}

std::vector<double> TunedRow(const std::vector<std::int64_t>& ids) {
  const TunedEncoder tuned = TinyTuned();
  const std::vector<double> vector = UnitMean(ids, 0.6);
  std::vector<double> scores;
  for (std::int64_t label = 0; label < 3; ++label) {
    double dot = 0;
    double square = 0;
    for (std::int64_t j = 0; j < 4; ++j) {
      const auto value = static_cast<double>(tuned.classes[label][j].item<float>());
      dot += value * vector[static_cast<std::size_t>(j)];
      square += value * value;
    }
    scores.push_back(5 * dot / std::sqrt(square) +
                     static_cast<double>(tuned.bias[label].item<float>()));
  }
  return scores;
}

// The scores by intent_model.h, in float64.
std::vector<double> ExpectedScores(const IntentModel& model, const EncodedTexts& texts,
                                   std::size_t row, const std::vector<double>& tuned) {
  const FeatureRows features = model.features.Apply(texts);
  const std::vector<double> margins = model.margins.Score(features, row);
  const auto in_scope = absl::MakeConstSpan(margins).first(3);
  std::vector<absl::Span<const double>> models = {in_scope};
  if (!tuned.empty()) models.emplace_back(tuned);
  const std::vector<double> logits = MixtureLogits(models, model.score_weights);
  std::vector<double> scores;
  for (const double p : Softmax(logits)) scores.push_back(std::log(p));
  if (!model.rejection.has_value()) return scores;
  const double outside = model.rejection->regression.Logit(RejectionEvidence(
      margins, logits, tuned, MeasureFamiliarity(texts, row, model.features, model.centroids)));
  for (double& score : scores) score -= std::log1p(std::exp(outside));
  scores.push_back(-std::log1p(std::exp(-outside)));
  return scores;
}

torch::jit::Module Saved(const torch::jit::Module& module) {
  std::stringstream bytes;
  module.save(bytes);
  return torch::jit::load(bytes);
}

void CheckScores(const IntentModel& model, bool with_tuned) {
  const TinyTexts tiny;
  const EncodedTexts texts = tiny.Encoded();
  const torch::jit::Module made = MakeIntentModule(
      model, {.module = TinyEncoderModule(0), .max_tokens = 8, .vocabulary = kTinyVocabulary},
      with_tuned ? std::optional<TunedEncoder>(TinyTuned()) : std::nullopt);
  torch::jit::Module module = Saved(made);
  const at::Tensor scores = module.forward(tiny.Inputs()).toTensor();
  for (std::size_t row = 0; row < tiny.tokens.size(); ++row) {
    const std::vector<double> expected = ExpectedScores(
        model, texts, row, with_tuned ? TunedRow(tiny.tokens[row]) : std::vector<double>());
    REQUIRE(scores.size(1) == static_cast<std::int64_t>(expected.size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO("row " << row << ", label " << i);
      CHECK(static_cast<double>(scores[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(i)]
                                    .item<float>()) == Approx(expected[i]).margin(1e-4));
    }
  }
}

TEST_CASE("the module's scores are those of the model") {
  CheckScores(TinyModel(TinyTexts().Encoded(), 3, false), false);
}

TEST_CASE("tuned scores are part of the module's") {
  CheckScores(TinyModel(TinyTexts().Encoded(), 3, true), true);
}

TEST_CASE("a model that rejects gives the probability of its out-of-scope label last") {
  for (const bool with_tuned : {false, true}) {
    IntentModel model = TinyModel(TinyTexts().Encoded(), 4, with_tuned);
    model.rejection = Rejection{
        .label = "oos",
        .regression = {.weights = {0.3, -0.5, 0.2, 0.9, -1.1, 0.05, -0.7, 0.4}, .bias = 0.25}};
    CheckScores(model, with_tuned);
  }
}

TEST_CASE("a text's scores do not depend on its neighbors") {
  const TinyTexts tiny;
  const IntentModel model = TinyModel(tiny.Encoded(), 3, false);
  torch::jit::Module module = MakeIntentModule(
      model, {.module = TinyEncoderModule(0), .max_tokens = 8, .vocabulary = kTinyVocabulary},
      std::nullopt);
  const std::vector<c10::IValue> inputs = tiny.Inputs();
  const at::Tensor together = module.forward(inputs).toTensor();
  for (std::int64_t row = 0; row < 4; ++row) {
    std::vector<c10::IValue> one;
    for (const c10::IValue& input : inputs) one.emplace_back(input.toTensor().narrow(0, row, 1));
    CHECK(at::allclose(module.forward(one).toTensor()[0], together[row], 1e-5, 1e-5));
  }
}

TEST_CASE("ids beyond the encoder's and rows longer than it takes do not fail") {
  const TinyTexts tiny;
  const IntentModel model = TinyModel(tiny.Encoded(), 3, false);
  torch::jit::Module module = MakeIntentModule(
      model, {.module = TinyEncoderModule(0), .max_tokens = 2, .vocabulary = kTinyVocabulary},
      std::nullopt);
  const at::Tensor ids = at::full({2, 30}, 1 << 20, at::kLong);
  const at::Tensor scores =
      module.forward({ids, at::ones_like(ids), at::zeros_like(ids)}).toTensor();
  CHECK(at::isfinite(scores).all().item<bool>());
}

}  // namespace
}  // namespace clientele::qa
