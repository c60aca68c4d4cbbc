// Settings of GPT-2 against a plain computation.
#include <set>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/gpt2_reference.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

const char kGpt2Base[] = R"({"n_embd": 24, "n_head": 3, "n_layer": 2, "n_positions": 16,
                         "vocab_size": 30, "layer_norm_epsilon": 1e-3})";
const std::vector<std::int64_t> kGpt2Ids = {3, 17, 29, 4, 11, 8, 25, 1};

TEST_CASE("GPT-2 has the logits of the plain computation, whatever config.json sets") {
  const std::string change =
      GENERATE("{}", R"({"n_inner": 10})", R"({"scale_attn_weights": false})",
               R"({"scale_attn_by_inverse_layer_idx": true, "reorder_and_upcast_attn": true})",
               R"({"activation_function": "relu2"})", R"({"activation_function": "laplace"})",
               R"({"tie_word_embeddings": false})");
  INFO(change);
  Json config = Json::parse(kGpt2Base);
  config.merge_patch(Json::parse(change));
  const RecordedModel model = Record("gpt2", config);
  const at::Tensor ids = RowOf(kGpt2Ids);
  const at::Tensor logits = model.Call("reference", {ids, at::ones_like(ids)})[0];
  CHECK(RelativeError(logits[0], ToTensor(Gpt2Logits(model.checkpoint, config, kGpt2Ids))) <
        kTolerance);
}

TEST_CASE("A stored head that differs from the table counts though the config ties them") {
  const Json config = Json::parse(kGpt2Base);
  const RecordedModel model = Record("gpt2", config, {"lm_head.weight"});
  REQUIRE(model.checkpoint.Has("lm_head.weight"));
  const at::Tensor ids = RowOf(kGpt2Ids);
  const at::Tensor logits = model.Call("reference", {ids, at::ones_like(ids)})[0];
  CHECK(RelativeError(logits[0], ToTensor(Gpt2Logits(model.checkpoint, config, kGpt2Ids))) <
        kTolerance);
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
