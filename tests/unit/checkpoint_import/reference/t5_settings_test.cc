// Settings of T5 against a plain computation.
#include <set>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/generators/catch_generators.hpp>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/recorded_model.h"
#include "tests/unit/checkpoint_import/reference/t5_reference.h"

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

// Heads that are not the model's width together, sides of different depth.
const char kT5Base[] = R"({"d_model": 18, "d_kv": 5, "num_heads": 3, "d_ff": 14, "num_layers": 1,
                         "num_decoder_layers": 2, "vocab_size": 30, "layer_norm_epsilon": 1e-3,
                         "relative_attention_num_buckets": 8,
                         "relative_attention_max_distance": 12})";
const std::vector<std::int64_t> kSource = {3, 17, 29, 4, 11, 8, 25, 1, 19, 6, 13, 2, 22, 9, 7, 7};
const std::vector<std::int64_t> kT5Mask = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
const std::vector<std::int64_t> kTarget = {0, 5, 14, 28, 3, 10, 21, 16, 9, 2, 18, 4, 27, 12, 6, 1};

void CheckAgainstPlain(const std::string& change, const std::set<std::string>& stored = {}) {
  INFO(change);
  Json config = Json::parse(kT5Base);
  config.merge_patch(Json::parse(change));
  const RecordedModel model = Record("t5", config, stored);
  const at::Tensor logits =
      model.Call("reference", {RowOf(kSource), RowOf(kT5Mask), RowOf(kTarget)})[0];
  const Rows expected = T5Logits(model.checkpoint, config, {kSource, kT5Mask, kTarget});
  CHECK(RelativeError(logits[0], ToTensor(expected)) < kTolerance);
}

TEST_CASE("T5 has the logits of the plain computation, whatever config.json sets") {
  CheckAgainstPlain(GENERATE(
      "{}", R"({"feed_forward_proj": "gated-gelu"})", R"({"feed_forward_proj": "gated-silu"})",
      R"({"feed_forward_proj": "gelu"})", R"({"tie_word_embeddings": false})",
      R"({"tie_word_embeddings": false, "scale_decoder_outputs": true})",
      R"({"scale_decoder_outputs": false})", R"({"num_decoder_layers": 1, "num_layers": 3})",
      R"({"relative_attention_num_buckets": 6, "relative_attention_max_distance": 5})"));
}

TEST_CASE("Tables of T5 that are stored apart and differ are all used") {
  CheckAgainstPlain("{}", {"lm_head.weight"});
  CheckAgainstPlain("{}", {"encoder.embed_tokens.weight"});
  CheckAgainstPlain("{}", {"decoder.embed_tokens.weight", "lm_head.weight"});
}

}  // namespace
}  // namespace clientele::models::reference
