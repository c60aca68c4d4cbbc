// Settings of Llama and Qwen2 against a plain computation.
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/llama_reference.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

const char kLlamaBase[] = R"({"hidden_size": 24, "num_attention_heads": 4, "num_key_value_heads": 2,
                         "num_hidden_layers": 3, "intermediate_size": 20, "vocab_size": 30,
                         "max_position_embeddings": 8, "rms_norm_eps": 1e-5, "head_dim": 12,
                         "rope_parameters": {"rope_theta": 100, "rope_type": "default"}})";

struct Case {
  std::string family;
  std::string change;
  // Tensors that are stored beside those of a new model.
  std::vector<std::string> stored = {};
};

RecordedModel Recorded(const Case& c) {
  Json config = Json::parse(kLlamaBase);
  config.merge_patch(Json::parse(c.change));
  return Record(c.family, config, {c.stored.begin(), c.stored.end()});
}

const std::vector<std::int64_t> kLlamaIds = {3, 17, 29, 4, 11, 8, 25, 1, 19, 6, 13, 2, 22, 9};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"llama", "{}"},
      {"llama", R"({"num_key_value_heads": null, "head_dim": null})"},
      {"llama", R"({"num_key_value_heads": 1, "hidden_act": "gelu_pytorch_tanh"})"},
      {"llama", R"({"attention_bias": true, "mlp_bias": true})"},
      {"llama", R"({"tie_word_embeddings": true})"},
      {"llama", R"({"tie_word_embeddings": true})", {"lm_head.weight"}},
      {"qwen2", R"({"tie_word_embeddings": true, "head_dim": null})"},
      {"llama", R"({"rope_parameters": {"rope_type": "linear", "factor": 3}})"},
      {"llama", R"({"rope_parameters": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 0.5,
                    "high_freq_factor": 4, "original_max_position_embeddings": 40}})"},
      {"llama", R"({"rope_parameters": {"rope_type": "yarn", "factor": 4,
                    "original_max_position_embeddings": 300}})"},
      {"llama", R"({"rope_parameters": {"rope_type": "yarn", "factor": 4, "beta_fast": 8,
                    "beta_slow": 2, "truncate": false, "attention_factor": 1.5,
                    "original_max_position_embeddings": 500}})"},
      {"qwen2", R"({"rope_parameters": {"rope_type": "yarn", "factor": 2, "mscale": 1.5,
                    "mscale_all_dim": 0.5}})"},
      {"llama", R"({"rope_parameters": {"rope_type": "dynamic", "factor": 2}})"},
      {"llama", R"({"max_position_embeddings": 32, "rope_parameters": {"rope_type": "longrope",
                    "original_max_position_embeddings": 8,
                    "short_factor": [1, 1.1, 1.2, 1.3, 1.5, 2],
                    "long_factor": [1, 2, 3, 5, 8, 13]}})"},
      {"qwen2", R"({"max_position_embeddings": 32, "rope_parameters": {"rope_type": "longrope",
                    "original_max_position_embeddings": 9, "factor": 4, "attention_factor": 1.5,
                    "short_factor": [1, 1, 1, 1, 1, 1],
                    "long_factor": [4, 4, 3, 3, 2, 2]}})"},
      {"qwen2", R"({"use_sliding_window": true, "sliding_window": 3, "max_window_layers": 1})"},
      {"qwen2", R"({"use_sliding_window": true, "sliding_window": 3, "max_window_layers": 3})"},
      {"qwen2", R"({"use_sliding_window": true, "sliding_window": 1,
                    "layer_types": ["sliding_attention", "full_attention", "full_attention"]})"},
      {"qwen2", R"({"use_sliding_window": false, "sliding_window": 2, "max_window_layers": 0})"},
  };
  return cases;
}

TEST_CASE("A whole text has the logits of the plain computation, whatever config.json sets") {
  const Case c = GENERATE(from_range(Cases()));
  INFO(c.family << " " << c.change);
  const RecordedModel model = Recorded(c);
  const at::Tensor ids = RowOf(kLlamaIds);
  const at::Tensor logits = model.Call("reference", {ids, at::ones_like(ids)})[0];
  const at::Tensor expected =
      ToTensor(LlamaLogits(model.checkpoint, model.config, kLlamaIds, kLlamaIds.size()));
  CHECK(RelativeError(logits[0], expected) < kTolerance);
}

TEST_CASE("Prompts of a batch and the steps behind them have those of each text alone") {
  const Case c = GENERATE(from_range(Cases()));
  INFO(c.family << " " << c.change);
  const RecordedModel model = Recorded(c);
  // A prompt that is longer than the trained positions, and a short one.
  const std::vector<std::int64_t> lengths = {10, 5};
  at::Tensor prompts = RowOf(kLlamaIds).narrow(1, 0, 10).repeat({2, 1});
  at::Tensor mask = at::ones_like(prompts);
  mask[1].narrow(0, 5, 5).fill_(0);
  std::vector<at::Tensor> expected;
  for (const std::int64_t length : lengths) {
    expected.push_back(ToTensor(
        LlamaLogits(model.checkpoint, model.config, kLlamaIds, static_cast<std::size_t>(length))));
  }
  const auto prefilled = model.Call("prefill", {prompts, mask});
  std::vector<std::int64_t> shape = prefilled[1].sizes().vec();
  shape[4] = 16;
  at::Tensor cache = at::full(shape, 7.0);
  cache.narrow(4, 0, 10).copy_(prefilled[1]);
  at::Tensor logits = prefilled[0];
  for (std::int64_t step = 0; step < 4; ++step) {
    at::Tensor positions = at::tensor({lengths[0] + step, lengths[1] + step}, at::kLong);
    at::Tensor next = at::empty({2}, at::kLong);
    for (std::int64_t row = 0; row < 2; ++row) {
      const std::int64_t position = positions[row].item<std::int64_t>();
      CHECK(RelativeError(logits[row], expected[static_cast<std::size_t>(row)][position - 1]) <
            kTolerance);
      next[row] = kLlamaIds[static_cast<std::size_t>(position)];
    }
    logits = model.Call("step", {next, positions, cache})[0];
  }
}

TEST_CASE("Padding in front of a text moves no window") {
  const RecordedModel model = Recorded({"qwen2", R"({"use_sliding_window": true,
      "sliding_window": 3, "max_window_layers": 0})"});
  const at::Tensor ids = at::cat({at::zeros({1, 2}, at::kLong), RowOf(kLlamaIds)}, 1);
  at::Tensor mask = at::ones_like(ids);
  mask[0].narrow(0, 0, 2).fill_(0);
  const at::Tensor logits = model.Call("reference", {ids, mask})[0];
  const at::Tensor expected =
      ToTensor(LlamaLogits(model.checkpoint, model.config, kLlamaIds, kLlamaIds.size()));
  CHECK(RelativeError(logits[0].narrow(0, 2, 14), expected) < kTolerance);
}

TEST_CASE("Scaled positions reach as far as the factor says") {
  const auto reach = [](const char* rope) {
    return Recorded({"llama", rope}).built.manifest.limits().max_tokens();
  };
  CHECK(reach("{}") == 8);
  CHECK(reach(R"({"rope_parameters": {"rope_type": "dynamic", "factor": 2}})") == 16);
  CHECK(reach(R"({"rope_parameters": {"rope_type": "yarn", "factor": 4,
                  "original_max_position_embeddings": 6}})") == 24);
  CHECK(reach(R"({"rope_parameters": {"rope_type": "yarn", "factor": 1,
                  "original_max_position_embeddings": 6}})") == 8);
}

}  // namespace
}  // namespace clientele::models::reference
