#include <cmath>
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/modeling/architectures/architecture.h"
#include "common/modeling/architectures/rotary_positions.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/call_method.h"

namespace clientele::models {
namespace {

using Json = nlohmann::json;

// Weights that depend on their names alone, none of them zero or one.
class NamedWeights final : public modeling::Weights {
 public:
  explicit NamedWeights(std::function<std::string(const std::string&)> rename = {},
                        bool has_torchvision_names = false)
      : rename_(std::move(rename)), torchvision_(has_torchvision_names) {}

  bool Has(absl::string_view name, bool in_new) const override {
    return name == "conv1.weight" ? torchvision_ : in_new || torchvision_;
  }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                    modeling::Init init, at::Tensor& out) override {
    const std::string key = rename_ ? rename_(name) : name;
    out = at::empty(shape).normal_(0, 0.15,
                                   at::detail::createCPUGenerator(std::hash<std::string>()(key)));
    if (init == modeling::Init::kOnes) out = 1 + out.abs();
    return absl::OkStatus();
  }

  std::function<std::string(const std::string&)> rename_;
  bool torchvision_;
};

const char kGpt2[] = R"({"n_embd": 24, "n_head": 3, "n_layer": 2, "n_positions": 32,
                         "vocab_size": 50, "eos_token_id": 2})";
const char kLlama[] = R"({"hidden_size": 32, "num_attention_heads": 4, "num_key_value_heads": 2,
                          "num_hidden_layers": 2, "intermediate_size": 48, "vocab_size": 50,
                          "max_position_embeddings": 64, "eos_token_id": [2, 3]})";
const char kQwen2[] = R"({"hidden_size": 32, "num_attention_heads": 4, "num_key_value_heads": 1,
                          "num_hidden_layers": 2, "intermediate_size": 48, "vocab_size": 50,
                          "tie_word_embeddings": true})";
const char kT5[] = R"({"d_model": 24, "d_kv": 6, "num_heads": 2, "d_ff": 32, "num_layers": 2,
                       "num_decoder_layers": 3, "vocab_size": 50, "eos_token_id": 1,
                       "feed_forward_proj": "gated-gelu", "tie_word_embeddings": false,
                       "relative_attention_num_buckets": 8, "relative_attention_max_distance": 12})";
const char kBert[] = R"({"hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 2,
                         "intermediate_size": 32, "vocab_size": 50, "max_position_embeddings": 32})";
const char kResNet[] = R"({"embedding_size": 8, "hidden_sizes": [8, 12], "depths": [2, 2],
                           "layer_type": "basic", "id2label": {"0": "a", "1": "b"}})";

absl::StatusOr<modeling::BuiltModel> TryBuild(const std::string& family, const Json& json,
                                              const modeling::BuildOptions& options = {}) {
  NamedWeights weights;
  modeling::Config config(json, "config.json");
  return modeling::FindFamily(family).value()->build(config, weights, options);
}

modeling::BuiltModel Build(const std::string& family, const std::string& json,
                           const modeling::BuildOptions& options = {}) {
  auto built = TryBuild(family, Json::parse(json), options);
  INFO(built.status().message());
  REQUIRE(built.ok());
  return *std::move(built);
}

std::vector<at::Tensor> Call(const modeling::BuiltModel& built, const std::string& method,
                             const std::vector<at::Tensor>& inputs) {
  return CallMethod(built.module, method, inputs);
}

bool Near(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && at::allclose(a, b, 1e-4, 1e-5);
}

at::Tensor Ids(std::int64_t rows, std::int64_t length) {
  return (at::arange(rows * length, at::kLong) * 17 % 46 + 4).view({rows, length});
}

// `cache` [L, 2, B, H, T, D] at the beginning of a larger one whose rest is garbage.
at::Tensor Grown(const at::Tensor& cache, std::int64_t rows, std::int64_t positions) {
  std::vector<std::int64_t> shape = cache.sizes().vec();
  shape[2] = rows;
  shape[4] = positions;
  at::Tensor pool = at::full(shape, 7.0);
  pool.narrow(2, 0, cache.size(2)).narrow(4, 0, cache.size(4)).copy_(cache);
  return pool;
}

TEST_CASE("A decoder's steps over its cache give what the whole text gives") {
  const auto [family, config] = GENERATE(
      table<std::string, std::string>({{"gpt2", kGpt2}, {"llama", kLlama}, {"qwen2", kQwen2}}));
  INFO(family);
  const modeling::BuiltModel built = Build(family, config);
  const at::Tensor ids = Ids(2, 7);
  const at::Tensor whole = Call(built, "reference", {ids, at::ones_like(ids)})[0];

  // The second row's prompt is one token shorter, and padded.
  at::Tensor prompt = ids.narrow(1, 0, 3).clone();
  at::Tensor mask = at::ones_like(prompt);
  prompt[1][2] = 0;
  mask[1][2] = 0;
  const auto prefilled = Call(built, "prefill", {prompt, mask});
  CHECK(Near(prefilled[0][0], whole[0][2]));
  CHECK(Near(prefilled[0][1], whole[1][1]));

  // Rows and positions are prefixes of a larger cache, as a pool of slots hands them over.
  const at::Tensor pool = Grown(prefilled[1], 3, 9);
  const at::Tensor view = pool.narrow(2, 0, 2).narrow(4, 0, 8);
  at::Tensor positions = at::tensor({3, 2}, at::kLong);
  for (int i = 0; i < 4; ++i) {
    const at::Tensor next = at::stack({ids[0][3 + i], ids[1][2 + i]});
    const at::Tensor logits = Call(built, "step", {next, positions, view})[0];
    CHECK(Near(logits[0], whole[0][3 + i]));
    CHECK(Near(logits[1], whole[1][2 + i]));
    positions = positions + 1;
  }
  CHECK((pool.select(2, 2) == 7.0).all().item<bool>());  // the third slot is untouched
}

TEST_CASE("T5's steps give what its decoder gives for the whole text") {
  const modeling::BuiltModel built = Build("t5", kT5);
  const at::Tensor source = Ids(2, 9);
  at::Tensor mask = at::ones_like(source);
  mask[1].narrow(0, 6, 3).fill_(0);
  const at::Tensor target = at::cat({at::zeros({2, 1}, at::kLong), Ids(2, 20)}, 1);
  const at::Tensor whole = Call(built, "reference", {source, mask, target})[0];

  const auto prefilled = Call(built, "prefill", {source, mask});
  CHECK(Near(prefilled[0], whole.select(1, 0)));
  const at::Tensor cache = Grown(prefilled[1], 2, 24);
  const at::Tensor cross = Grown(prefilled[2], 2, 12);
  const at::Tensor source_mask = at::constant_pad_nd(prefilled[3], {0, 3}, 0);
  for (std::int64_t i = 1; i < target.size(1); ++i) {
    const at::Tensor positions = at::full({2}, i, at::kLong);
    const auto logits =
        Call(built, "step", {target.select(1, i), positions, cache, cross, source_mask});
    CHECK(Near(logits[0], whole.select(1, i)));
  }
}

TEST_CASE("A text's vector depends neither on padding nor on the id it is padded with") {
  const std::string family = GENERATE("bert", "roberta");
  const auto pooling = GENERATE(model::v1::POOLING_MEAN, model::v1::POOLING_CLS);
  const modeling::BuiltModel built = Build(family, kBert, {.pooling = pooling, .normalize = true});
  const at::Tensor alone = Ids(1, 5);
  const at::Tensor expected = Call(built, "forward", {alone, at::ones_like(alone)})[0];
  CHECK(std::abs(expected.norm().item<double>() - 1) < 1e-5);
  for (const std::int64_t padding : {0, 1, 33}) {
    at::Tensor ids = at::full({2, 8}, padding, at::kLong);
    at::Tensor mask = at::zeros_like(ids);
    ids[0].narrow(0, 0, 5).copy_(alone[0]);
    mask[0].narrow(0, 0, 5).fill_(1);
    ids[1].copy_(Ids(1, 8)[0]);
    mask[1].fill_(1);
    CHECK(Near(Call(built, "forward", {ids, mask})[0][0], expected[0]));
  }
}

TEST_CASE("Mean pooling is the mean of the hidden states, CLS pooling the first of them") {
  const at::Tensor ids = Ids(1, 6);
  const at::Tensor ones = at::ones_like(ids);
  const at::Tensor zeros = at::zeros_like(ids);
  const modeling::BuiltModel mean = Build("bert", kBert, {.pooling = model::v1::POOLING_MEAN});
  const at::Tensor hidden = Call(mean, "reference", {ids, ones, zeros})[0];
  CHECK(Near(Call(mean, "forward", {ids, ones})[0], hidden.mean(1)));
  const modeling::BuiltModel cls = Build("bert", kBert, {.pooling = model::v1::POOLING_CLS});
  CHECK(Near(Call(cls, "forward", {ids, ones})[0], hidden.select(1, 0)));
}

TEST_CASE("RoBERTa counts positions over what is not padding") {
  const modeling::BuiltModel built = Build("roberta", kBert);
  const at::Tensor ids = Ids(1, 4);
  // The reference implementation counts by id: padding in front moves no position.
  const at::Tensor padded = at::cat({at::ones({1, 2}, at::kLong), ids}, 1);
  const at::Tensor mask = (padded != 1).to(at::kLong);
  const at::Tensor plain =
      Call(built, "reference", {ids, at::ones_like(ids), at::zeros_like(ids)})[0];
  const at::Tensor moved = Call(built, "reference", {padded, mask, at::zeros_like(padded)})[0];
  CHECK(Near(moved.narrow(1, 2, 4), plain));
}

TEST_CASE("Architectures in config.json decide between encoder, reader and classifier") {
  Json json = Json::parse(kBert);
  CHECK(TryBuild("bert", json)->manifest.task() == model::v1::TASK_TEXT_ENCODER);

  json["architectures"] = {"BertForQuestionAnswering"};
  const auto reader = TryBuild("bert", json);
  REQUIRE(reader.ok());
  CHECK(reader->manifest.task() == model::v1::TASK_TEXT_READER);
  const at::Tensor ids = Ids(2, 6);
  const auto spans = Call(*reader, "forward", {ids, at::ones_like(ids), ids % 2});
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].sizes().vec() == std::vector<std::int64_t>{2, 6});
  CHECK_FALSE(Near(spans[0], spans[1]));

  json["architectures"] = {"BertForSequenceClassification"};
  json["id2label"] = {{"0", "no"}, {"1", "yes"}, {"2", "perhaps"}};
  for (const char* family : {"bert", "roberta"}) {
    const auto classifier = TryBuild(family, json);
    REQUIRE(classifier.ok());
    CHECK(classifier->manifest.task() == model::v1::TASK_TEXT_CLASSIFIER);
    CHECK(classifier->manifest.labels(2) == "perhaps");
    CHECK(Call(*classifier, "forward", {ids, at::ones_like(ids), ids % 2})[0].sizes().vec() ==
          std::vector<std::int64_t>{2, 3});
  }
  CHECK(TryBuild("bert", json, {.task = model::v1::TASK_TEXT_ENCODER})->manifest.task() ==
        model::v1::TASK_TEXT_ENCODER);
}

std::string HuggingFaceName(const std::string& torchvision) {
  const std::vector<std::pair<std::regex, std::string>> rules = {
      {std::regex("^conv1\\."), "embedder.embedder.convolution."},
      {std::regex("^bn1\\."), "embedder.embedder.normalization."},
      {std::regex("^fc\\."), "classifier.1."},
      {std::regex("\\.downsample\\.0\\."), ".shortcut.convolution."},
      {std::regex("\\.downsample\\.1\\."), ".shortcut.normalization."},
      {std::regex("\\.conv1\\."), ".layer.0.convolution."},
      {std::regex("\\.conv2\\."), ".layer.1.convolution."},
      {std::regex("\\.bn1\\."), ".layer.0.normalization."},
      {std::regex("\\.bn2\\."), ".layer.1.normalization."},
      {std::regex("^layer1\\.(\\d)"), "encoder.stages.0.layers.$1"},
      {std::regex("^layer2\\.(\\d)"), "encoder.stages.1.layers.$1"},
  };
  std::string name = torchvision;
  for (const auto& [pattern, replacement] : rules) {
    name = std::regex_replace(name, pattern, replacement);
  }
  return name;
}

TEST_CASE("A ResNet with torchvision's names is the one with Hugging Face's names") {
  const modeling::BuiltModel named = Build("resnet", kResNet);
  NamedWeights torchvision(HuggingFaceName, /*has_torchvision_names=*/true);
  modeling::Config config(Json::parse(kResNet), "config.json");
  const auto other = modeling::FindFamily("resnet").value()->build(config, torchvision, {});
  REQUIRE(other.ok());
  const at::Tensor pixels = at::rand({2, 3, 40, 40});
  const auto expected = Call(named, "forward", {pixels});
  const auto actual = Call(*other, "forward", {pixels});
  CHECK(Near(actual[0], expected[0]));
  CHECK(Near(actual[1], expected[1]));
  CHECK(named.manifest.labels(1) == "b");
}

TEST_CASE("An image encoder scales its pixels as its checkpoint says") {
  const modeling::BuiltModel built = Build(
      "resnet", kResNet, {.pixel_mean = {0.5, 0.4, 0.3}, .pixel_deviation = {0.2, 0.25, 0.5}});
  const at::Tensor pixels = at::rand({1, 3, 40, 40});
  const at::Tensor mean = at::tensor({0.5f, 0.4f, 0.3f}).view({1, 3, 1, 1});
  const at::Tensor deviation = at::tensor({0.2f, 0.25f, 0.5f}).view({1, 3, 1, 1});
  CHECK(Near(Call(built, "forward", {pixels})[0],
             Call(built, "reference", {(pixels - mean) / deviation})[0]));
}

TEST_CASE("Rotary frequencies follow each scaling's formula") {
  const auto frequencies = [](const char* json) {
    modeling::Config config(Json::parse(json), "config.json");
    const at::Tensor values = modeling::ReadRotaryPositions(config, 4, 2048).frequencies;
    CHECK(config.status().ok());
    return values;
  };
  // theta^(-2i/d): 1 and 1 / sqrt(theta).
  CHECK(Near(frequencies(R"({"rope_theta": 10000})"), at::tensor({1.0f, 0.01f})));
  CHECK(Near(frequencies(R"({"rope_parameters": {"rope_theta": 1000000, "rope_type": "default"}})"),
             at::tensor({1.0f, 0.001f})));
  CHECK(Near(frequencies(R"({"rope_scaling": {"type": "linear", "factor": 4}})"),
             at::tensor({0.25f, 0.0025f})));
  // Wavelengths 6.28 (short: kept) and 628 (longer than 512 / 1: divided by 8).
  CHECK(Near(frequencies(R"({"rope_scaling": {"rope_type": "llama3", "factor": 8,
                             "low_freq_factor": 1, "high_freq_factor": 4,
                             "original_max_position_embeddings": 512}})"),
             at::tensor({1.0f, 0.00125f})));
  // 628 lies between 1024 / 4 and 1024 / 1: share (1024 / 628.3 - 1) / 3 = 0.20991.
  CHECK(Near(frequencies(R"({"rope_scaling": {"rope_type": "llama3", "factor": 8,
                             "low_freq_factor": 1, "high_freq_factor": 4,
                             "original_max_position_embeddings": 1024}})"),
             at::tensor({1.0f, static_cast<float>(0.79009 * 0.00125 + 0.20991 * 0.01)})));

  modeling::Config config(Json::parse(R"({"rope_scaling": {"rope_type": "spiral"}})"),
                          "config.json");
  modeling::ReadRotaryPositions(config, 4, 2048);
  CHECK(absl::StrContains(config.status().message(), "rope_type"));
}

TEST_CASE("A config that no model can have is refused with its field") {
  struct Case {
    std::string family;
    std::string change;
    std::string field;
  };
  const Case c = GENERATE(values<Case>({
      {"bert", R"({"num_attention_heads": 5})", "num_attention_heads"},
      {"bert", R"({"hidden_act": "sine"})", "hidden_act"},
      {"bert", R"({"num_hidden_layers": 1000000000})", "num_hidden_layers"},
      {"bert", R"({"vocab_size": 0})", "vocab_size"},
      {"bert", R"({"position_embedding_type": "relative_key"})", "position_embedding_type"},
      {"bert", R"({"pad_token_id": 50})", "pad_token_id"},
      {"bert", R"({"is_decoder": true})", "is_decoder"},
  }));
  INFO(c.change);
  Json json = Json::parse(kBert);
  json.merge_patch(Json::parse(c.change));
  const auto built = TryBuild(c.family, json);
  REQUIRE_FALSE(built.ok());
  CHECK(absl::StrContains(built.status().message(), "config.json: " + c.field));

  const auto refused = [](const char* family, const char* base, const char* change) {
    Json changed = Json::parse(base);
    changed.merge_patch(Json::parse(change));
    return !TryBuild(family, changed).ok();
  };
  CHECK(refused("gpt2", kGpt2, R"({"n_head": 5})"));
  CHECK(refused("gpt2", kGpt2, R"({"activation_function": "sine"})"));
  CHECK(refused("llama", kLlama, R"({"num_key_value_heads": 3})"));
  CHECK(refused("llama", kLlama, R"({"head_dim": 7})"));
  CHECK(refused("t5", kT5, R"({"feed_forward_proj": "gated-sine"})"));
  CHECK(refused("resnet", kResNet, R"({"depths": [1]})"));
  CHECK(refused("resnet", kResNet, R"({"layer_type": "dense"})"));
  CHECK_FALSE(modeling::FindFamily("mamba").ok());
}

TEST_CASE("Ends of text come from config.json, one or several") {
  CHECK(Build("gpt2", kGpt2).manifest.settings().at("end_ids") == "2");
  CHECK(Build("llama", kLlama).manifest.settings().at("end_ids") == "2,3");
  CHECK(Build("llama", kLlama).manifest.settings().at("pad_id") == "2");
  CHECK(Build("t5", kT5).manifest.settings().at("start_id") == "0");
}

}  // namespace
}  // namespace clientele::models
