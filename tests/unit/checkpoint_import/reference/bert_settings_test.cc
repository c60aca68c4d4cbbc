// Settings of BERT and RoBERTa against a plain computation.
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/bert_reference.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

const char kBertBase[] = R"({"hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 2,
                         "intermediate_size": 20, "vocab_size": 30, "max_position_embeddings": 20,
                         "layer_norm_eps": 1e-3, "type_vocab_size": 2})";
// The last two are padding.
const std::vector<std::int64_t> kBertIds = {3, 17, 29, 4, 11, 8, 0, 0};
const std::vector<std::int64_t> kBertMask = {1, 1, 1, 1, 1, 1, 0, 0};
const std::vector<std::int64_t> kBertSegments = {0, 0, 0, 1, 1, 1, 0, 0};

Rows Hidden(const Checkpoint& checkpoint, const Json& config, std::int64_t padding) {
  return BertStates(checkpoint, config, {kBertIds, kBertMask, kBertSegments}, padding);
}

std::vector<at::Tensor> Inputs() {
  return {RowOf(kBertIds), RowOf(kBertMask), RowOf(kBertSegments)};
}

TEST_CASE("BERT has the states of the plain computation with every activation") {
  const std::string activation = GENERATE(
      "gelu", "gelu_python", "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate",
      "gelu_fast", "gelu_10", "quick_gelu", "hardswish", "laplace", "leaky_relu", "linear", "mish",
      "relu", "relu2", "relu6", "sigmoid", "silu", "swish", "tanh");
  INFO(activation);
  Json config = Json::parse(kBertBase);
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
  Json config = Json::parse(kBertBase);
  config["pad_token_id"] = padding;
  const RecordedModel model = Record("roberta", config);
  CHECK(RelativeError(model.Call("reference", Inputs())[0][0],
                      ToTensor(Hidden(model.checkpoint, config, padding))) < kTolerance);
  CHECK(model.built.manifest.limits().max_tokens() == 20 - padding - 1);
}

TEST_CASE("Readers and classifiers put their heads on the plain computation's states") {
  Json config = Json::parse(kBertBase);
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
