// Settings of T5 against a plain computation.
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

// Heads that are not the model's width together, sides of different depth.
const char kBase[] = R"({"d_model": 18, "d_kv": 5, "num_heads": 3, "d_ff": 14, "num_layers": 1,
                         "num_decoder_layers": 2, "vocab_size": 30, "layer_norm_epsilon": 1e-3,
                         "relative_attention_num_buckets": 8,
                         "relative_attention_max_distance": 12})";
const std::vector<std::int64_t> kSource = {3, 17, 29, 4, 11, 8, 25, 1, 19, 6, 13, 2, 22, 9, 7, 7};
const std::vector<std::int64_t> kMask = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
const std::vector<std::int64_t> kTarget = {0, 5, 14, 28, 3, 10, 21, 16, 9, 2, 18, 4, 27, 12, 6, 1};

// The bucket of a key that lies `distance` behind its query (before it, where negative): half of
// the buckets are one distance wide, the others grow geometrically up to the largest distance.
std::int64_t Bucket(std::int64_t distance, bool both_sides, std::int64_t buckets,
                    std::int64_t largest) {
  std::int64_t first = 0;
  if (both_sides) {
    buckets /= 2;
    if (distance > 0) first = buckets;
    distance = std::abs(distance);
  } else {
    distance = distance > 0 ? 0 : -distance;
  }
  const std::int64_t exact = buckets / 2;
  if (distance < exact) return first + distance;
  std::int64_t bucket = exact;
  while (bucket + 1 < buckets &&
         static_cast<double>(distance) >=
             static_cast<double>(exact) *
                 std::pow(static_cast<double>(largest) / static_cast<double>(exact),
                          static_cast<double>(bucket + 1 - exact) /
                              static_cast<double>(buckets - exact))) {
    ++bucket;
  }
  return first + bucket;
}

class T5 {
 public:
  T5(const Checkpoint& checkpoint, const Json& config) : checkpoint_(checkpoint), config_(config) {}

  Rows Logits() const {
    const Rows source = Side("encoder", kSource, nullptr);
    const bool scaled =
        config_.value("scale_decoder_outputs", config_.value("tie_word_embeddings", true));
    Rows logits;
    for (const Vector& row : Side("decoder", kTarget, &source)) {
      logits.push_back(checkpoint_.Multiply(
          checkpoint_.Has("lm_head.weight") ? "lm_head.weight" : "shared.weight",
          Scale(row, scaled ? 1 / std::sqrt(static_cast<double>(row.size())) : 1)));
    }
    return logits;
  }

 private:
  Vector Norm(const std::string& name, const Vector& x) const {
    return RmsNorm(x, checkpoint_.Get(name + ".weight"), config_.at("layer_norm_epsilon"));
  }

  Rows Attention(const std::string& at, const Rows& queries, const Rows& keys,
                 const Score& score) const {
    Rows q, k, v;
    for (const Vector& row : queries) q.push_back(checkpoint_.Linear(at + "q", row));
    for (const Vector& row : keys) k.push_back(checkpoint_.Linear(at + "k", row));
    for (const Vector& row : keys) v.push_back(checkpoint_.Linear(at + "v", row));
    const std::int64_t heads = config_.at("num_heads");
    Rows out;
    for (const Vector& row : Attend(q, k, v, heads, heads, score)) {
      out.push_back(checkpoint_.Linear(at + "o", row));
    }
    return out;
  }

  Vector FeedForward(const std::string& at, const Vector& x) const {
    const std::string kind = config_.value("feed_forward_proj", "relu");
    const std::string name = kind == "gated-gelu" ? "gelu_new" : kind.substr(kind.find('-') + 1);
    if (kind.find("gated-") != 0) {
      return checkpoint_.Linear(at + "wo", Activate(name, checkpoint_.Linear(at + "wi", x)));
    }
    Vector inner = Activate(name, checkpoint_.Linear(at + "wi_0", x));
    const Vector other = checkpoint_.Linear(at + "wi_1", x);
    for (std::size_t i = 0; i < inner.size(); ++i) inner[i] *= other[i];
    return checkpoint_.Linear(at + "wo", inner);
  }

  Rows Normed(const std::string& name, const Rows& x) const {
    Rows normed;
    for (const Vector& row : x) normed.push_back(Norm(name, row));
    return normed;
  }

  Rows Side(const std::string& side, const std::vector<std::int64_t>& ids,
            const Rows* source) const {
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    const bool decodes = source != nullptr;
    const std::string own = side + ".embed_tokens.weight";
    Rows x;
    for (const std::int64_t id : ids) {
      x.push_back(checkpoint_.Row(checkpoint_.Has(own) ? own : "shared.weight", id));
    }
    const int layers = config_.at(decodes ? "num_decoder_layers" : "num_layers");
    for (int layer = 0; layer < layers; ++layer) {
      const std::string at = side + ".block." + std::to_string(layer) + ".layer.";
      const auto self = [&](std::int64_t head, std::size_t i, std::size_t j, double product) {
        if (decodes ? j > i : kMask[j] == 0) return kNever;
        const std::int64_t bucket =
            Bucket(static_cast<std::int64_t>(j) - static_cast<std::int64_t>(i), !decodes,
                   config_.at("relative_attention_num_buckets"),
                   config_.at("relative_attention_max_distance"));
        return product + checkpoint_.Row(
                             side + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                             bucket)[static_cast<std::size_t>(head)];
      };
      const Rows h = Normed(at + "0.layer_norm", x);
      const Rows a = Attention(at + "0.SelfAttention.", h, h, self);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = Add(x[i], a[i]);
      if (decodes) {
        const Rows b = Attention(at + "1.EncDecAttention.", Normed(at + "1.layer_norm", x), *source,
                                 [&](std::int64_t, std::size_t, std::size_t j, double product) {
                                   return kMask[j] == 0 ? kNever : product;
                                 });
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = Add(x[i], b[i]);
      }
      const std::string last = at + (decodes ? "2." : "1.");
      for (Vector& row : x) {
        row = Add(row, FeedForward(last + "DenseReluDense.", Norm(last + "layer_norm", row)));
      }
    }
    return Normed(side + ".final_layer_norm", x);
  }

  const Checkpoint& checkpoint_;
  const Json& config_;
};

void CheckAgainstPlain(const std::string& change, const std::set<std::string>& stored = {}) {
  INFO(change);
  Json config = Json::parse(kBase);
  config.merge_patch(Json::parse(change));
  const RecordedModel model = Record("t5", config, stored);
  const at::Tensor logits =
      model.Call("reference", {RowOf(kSource), RowOf(kMask), RowOf(kTarget)})[0];
  const Rows expected = T5(model.checkpoint, config).Logits();
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
