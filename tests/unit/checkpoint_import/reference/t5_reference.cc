#include "tests/unit/checkpoint_import/reference/t5_reference.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

namespace clientele::models::reference {
namespace {

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
  T5(const Checkpoint& checkpoint, const nlohmann::json& config, const T5Text& text)
      : checkpoint_(checkpoint), config_(config), text_(text) {}

  Rows Logits() const {
    const Rows source = Side("encoder", text_.source, nullptr);
    const bool scaled =
        config_.value("scale_decoder_outputs", config_.value("tie_word_embeddings", true));
    Rows logits;
    for (const Vector& row : Side("decoder", text_.target, &source)) {
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
        if (decodes ? j > i : text_.mask[j] == 0) return kNever;
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
                                   return text_.mask[j] == 0 ? kNever : product;
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
  const nlohmann::json& config_;
  const T5Text& text_;
};

}  // namespace

Rows T5Logits(const Checkpoint& checkpoint, const nlohmann::json& config, const T5Text& text) {
  return T5(checkpoint, config, text).Logits();
}

}  // namespace clientele::models::reference
