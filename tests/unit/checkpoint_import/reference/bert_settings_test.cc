// Settings of BERT and RoBERTa against a plain computation.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

const char kBase[] = R"({"hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 2,
                         "intermediate_size": 20, "vocab_size": 30, "max_position_embeddings": 20,
                         "layer_norm_eps": 1e-3, "type_vocab_size": 2})";
// The last two are padding.
const std::vector<std::int64_t> kIds = {3, 17, 29, 4, 11, 8, 0, 0};
const std::vector<std::int64_t> kMask = {1, 1, 1, 1, 1, 1, 0, 0};
const std::vector<std::int64_t> kSegments = {0, 0, 0, 1, 1, 1, 0, 0};

// Hidden states; `padding` as an id sets RoBERTa's positions, below 0 for BERT's.
Rows Hidden(const Checkpoint& checkpoint, const Json& config, std::int64_t padding) {
  const double eps = config.at("layer_norm_eps");
  const std::int64_t heads = config.at("num_attention_heads");
  const auto norm = [&](const std::string& name, const Vector& x) {
    return LayerNorm(x, checkpoint.Get(name + ".weight"), checkpoint.Get(name + ".bias"), eps);
  };
  Rows x;
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < kIds.size(); ++i) {
    if (kIds[i] != padding) ++seen;
    std::int64_t position = static_cast<std::int64_t>(i);
    if (padding >= 0) position = kIds[i] == padding ? padding : padding + seen;
    const Vector sum = Add(Add(checkpoint.Row("embeddings.word_embeddings.weight", kIds[i]),
                               checkpoint.Row("embeddings.position_embeddings.weight", position)),
                           checkpoint.Row("embeddings.token_type_embeddings.weight", kSegments[i]));
    x.push_back(norm("embeddings.LayerNorm", sum));
  }
  for (int layer = 0; layer < config.at("num_hidden_layers"); ++layer) {
    const std::string at = "encoder.layer." + std::to_string(layer) + ".";
    Rows q, k, v;
    for (const Vector& row : x) {
      q.push_back(checkpoint.Linear(at + "attention.self.query", row));
      k.push_back(checkpoint.Linear(at + "attention.self.key", row));
      v.push_back(checkpoint.Linear(at + "attention.self.value", row));
    }
    const double root = std::sqrt(static_cast<double>(x[0].size()) / static_cast<double>(heads));
    const Rows a = Attend(
        q, k, v, heads, heads, [&](std::int64_t, std::size_t, std::size_t j, double product) {
          return kMask[j] == 1 ? product / root : -std::numeric_limits<double>::infinity();
        });
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = norm(at + "attention.output.LayerNorm",
                  Add(x[i], checkpoint.Linear(at + "attention.output.dense", a[i])));
      const Vector inner = Activate(config.value("hidden_act", "gelu"),
                                    checkpoint.Linear(at + "intermediate.dense", x[i]));
      x[i] =
          norm(at + "output.LayerNorm", Add(x[i], checkpoint.Linear(at + "output.dense", inner)));
    }
  }
  return x;
}

std::vector<at::Tensor> Inputs() { return {RowOf(kIds), RowOf(kMask), RowOf(kSegments)}; }

TEST_CASE("BERT has the states of the plain computation with every activation") {
  const std::string activation = GENERATE(
      "gelu", "gelu_python", "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate",
      "gelu_fast", "gelu_10", "quick_gelu", "hardswish", "laplace", "leaky_relu", "linear", "mish",
      "relu", "relu2", "relu6", "sigmoid", "silu", "swish", "tanh");
  INFO(activation);
  Json config = Json::parse(kBase);
  config["hidden_act"] = activation;
  const RecordedModel model = Record("bert", config);
  const auto outputs = model.Call("reference", Inputs());
  const Rows hidden = Hidden(model.checkpoint, config, -1);
  CHECK(RelativeError(outputs[0][0], ToTensor(hidden)) < kTolerance);
  const Vector pooled = Activate("tanh", model.checkpoint.Linear("pooler.dense", hidden[0]));
  CHECK(RelativeError(outputs[1], ToTensor({pooled})) < kTolerance);
}

TEST_CASE("RoBERTa counts its positions from the padding that config.json names") {
  const std::int64_t padding = GENERATE(0, 1, 5);
  Json config = Json::parse(kBase);
  config["pad_token_id"] = padding;
  const RecordedModel model = Record("roberta", config);
  CHECK(RelativeError(model.Call("reference", Inputs())[0][0],
                      ToTensor(Hidden(model.checkpoint, config, padding))) < kTolerance);
  CHECK(model.built.manifest.limits().max_tokens() == 20 - padding - 1);
}

TEST_CASE("Readers and classifiers put their heads on the plain computation's states") {
  Json config = Json::parse(kBase);
  config["architectures"] = {"BertForQuestionAnswering"};
  const RecordedModel reader = Record("bert", config);
  Rows spans;
  for (const Vector& row : Hidden(reader.checkpoint, config, -1)) {
    spans.push_back(reader.checkpoint.Linear("qa_outputs", row));
  }
  const auto outputs = reader.Call("reference", Inputs());
  CHECK(RelativeError(at::stack({outputs[0][0], outputs[1][0]}, 1), ToTensor(spans)) < kTolerance);

  config["architectures"] = {"RobertaForSequenceClassification"};
  config["pad_token_id"] = 1;
  config["num_labels"] = 3;
  const RecordedModel classifier = Record("roberta", config);
  const Vector first = Hidden(classifier.checkpoint, config, 1)[0];
  const Vector dense = Activate("tanh", classifier.checkpoint.Linear("classifier.dense", first));
  const Vector scores = classifier.checkpoint.Linear("classifier.out_proj", dense);
  CHECK(scores.size() == 3);
  CHECK(RelativeError(classifier.Call("reference", Inputs())[0], ToTensor({scores})) < kTolerance);
}

}  // namespace
}  // namespace clientele::models::reference
