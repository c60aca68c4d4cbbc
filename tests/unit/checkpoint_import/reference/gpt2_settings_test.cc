// Settings of GPT-2 against a plain computation.
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

const char kBase[] = R"({"n_embd": 24, "n_head": 3, "n_layer": 2, "n_positions": 16,
                         "vocab_size": 30, "layer_norm_epsilon": 1e-3})";
const std::vector<std::int64_t> kIds = {3, 17, 29, 4, 11, 8, 25, 1};

Rows Logits(const Checkpoint& checkpoint, const Json& config,
            const std::vector<std::int64_t>& ids) {
  const double eps = config.at("layer_norm_epsilon");
  const std::int64_t heads = config.at("n_head");
  const auto norm = [&](const std::string& name, const Vector& x) {
    return LayerNorm(x, checkpoint.Get(name + ".weight"), checkpoint.Get(name + ".bias"), eps);
  };
  Rows x;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    x.push_back(Add(checkpoint.Row("wte.weight", ids[i]),
                    checkpoint.Row("wpe.weight", static_cast<std::int64_t>(i))));
  }
  for (int layer = 0; layer < config.at("n_layer"); ++layer) {
    const std::string at = "h." + std::to_string(layer) + ".";
    Rows q, k, v;
    for (const Vector& row : x) {
      const Vector qkv =
          checkpoint.Linear(at + "attn.c_attn", norm(at + "ln_1", row), /*transposed=*/true);
      const auto third = static_cast<std::ptrdiff_t>(row.size());
      q.emplace_back(qkv.begin(), qkv.begin() + third);
      k.emplace_back(qkv.begin() + third, qkv.begin() + 2 * third);
      v.emplace_back(qkv.begin() + 2 * third, qkv.end());
    }
    double divisor = 1;
    if (config.value("scale_attn_weights", true)) {
      divisor = std::sqrt(static_cast<double>(x[0].size()) / static_cast<double>(heads));
    }
    if (config.value("scale_attn_by_inverse_layer_idx", false)) divisor *= layer + 1;
    const Rows a = Attend(
        q, k, v, heads, heads, [&](std::int64_t, std::size_t i, std::size_t j, double product) {
          return j <= i ? product / divisor : -std::numeric_limits<double>::infinity();
        });
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = Add(x[i], checkpoint.Linear(at + "attn.c_proj", a[i], /*transposed=*/true));
      const Vector inner = Activate(
          config.value("activation_function", "gelu_new"),
          checkpoint.Linear(at + "mlp.c_fc", norm(at + "ln_2", x[i]), /*transposed=*/true));
      x[i] = Add(x[i], checkpoint.Linear(at + "mlp.c_proj", inner, /*transposed=*/true));
    }
  }
  Rows logits;
  for (const Vector& row : x) {
    const char* head = checkpoint.Has("lm_head.weight") ? "lm_head.weight" : "wte.weight";
    logits.push_back(checkpoint.Multiply(head, norm("ln_f", row)));
  }
  return logits;
}

TEST_CASE("GPT-2 has the logits of the plain computation, whatever config.json sets") {
  const std::string change =
      GENERATE("{}", R"({"n_inner": 10})", R"({"scale_attn_weights": false})",
               R"({"scale_attn_by_inverse_layer_idx": true, "reorder_and_upcast_attn": true})",
               R"({"activation_function": "relu2"})", R"({"activation_function": "laplace"})",
               R"({"tie_word_embeddings": false})");
  INFO(change);
  Json config = Json::parse(kBase);
  config.merge_patch(Json::parse(change));
  const RecordedModel model = Record("gpt2", config);
  const at::Tensor ids = RowOf(kIds);
  const at::Tensor logits = model.Call("reference", {ids, at::ones_like(ids)})[0];
  CHECK(RelativeError(logits[0], ToTensor(Logits(model.checkpoint, config, kIds))) < kTolerance);
}

TEST_CASE("A stored head that differs from the table counts though the config ties them") {
  const Json config = Json::parse(kBase);
  const RecordedModel model = Record("gpt2", config, {"lm_head.weight"});
  REQUIRE(model.checkpoint.Has("lm_head.weight"));
  const at::Tensor ids = RowOf(kIds);
  const at::Tensor logits = model.Call("reference", {ids, at::ones_like(ids)})[0];
  CHECK(RelativeError(logits[0], ToTensor(Logits(model.checkpoint, config, kIds))) < kTolerance);
}

TEST_CASE("Sizes under the names that all families share are sizes of GPT-2") {
  const RecordedModel model = Record("gpt2", {{"hidden_size", 24},
                                              {"num_attention_heads", 3},
                                              {"num_hidden_layers", 2},
                                              {"max_position_embeddings", 16},
                                              {"vocab_size", 30},
                                              {"layer_norm_epsilon", 1e-3}});
  CHECK(model.checkpoint.Row("wpe.weight", 15).size() == 24);
  CHECK(model.checkpoint.Has("h.1.ln_1.weight"));
  CHECK_FALSE(model.checkpoint.Has("h.2.ln_1.weight"));
}

}  // namespace
}  // namespace clientele::models::reference
