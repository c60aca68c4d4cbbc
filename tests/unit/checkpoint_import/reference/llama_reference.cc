#include "tests/unit/checkpoint_import/reference/llama_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

namespace clientele::models::reference {
namespace {

using Json = nlohmann::json;

struct Turn {
  double angle = 0;  // per position
  double growth = 1;
};

// Of pair `i` of a head, in a text of `length` tokens.
Turn TurnOf(const Json& config, double i, double width, double length) {
  const Json& rope = config.at("rope_parameters");
  const std::string kind = rope.value("rope_type", "default");
  const double theta = rope.value("rope_theta", 10000.0);
  const double plain = std::exp(-2 * i / width * std::log(theta));
  const double factor = rope.value("factor", 1.0);
  const double positions = config.at("max_position_embeddings").get<double>();
  const double trained = rope.value("original_max_position_embeddings", positions);
  if (kind == "linear") return {plain / factor};
  if (kind == "dynamic") {
    const double stretch = factor * std::max(length, positions) / positions - factor + 1;
    return {std::pow(theta * std::pow(stretch, width / (width - 2)), -2 * i / width)};
  }
  if (kind == "longrope") {
    const Json& stretches = rope.at(length > trained ? "long_factor" : "short_factor");
    const double reach = rope.value("factor", positions / trained);
    const double growth =
        reach > 1 ? std::sqrt((std::log(trained) + std::log(reach)) / std::log(trained)) : 1.0;
    return {plain / stretches.at(static_cast<std::size_t>(i)).get<double>(),
            rope.value("attention_factor", growth)};
  }
  const double turns = trained * plain / (2 * std::numbers::pi);  // within the trained positions
  if (kind == "llama3") {
    const double low = rope.at("low_freq_factor");
    const double high = rope.at("high_freq_factor");
    const double kept = std::clamp((turns - low) / (high - low), 0.0, 1.0);
    return {kept * plain + (1 - kept) * plain / factor};
  }
  if (kind == "yarn") {
    // The pair that turns so often, as a real number.
    const auto pair_of = [&](double often) {
      return width / 2 * std::log(trained / (often * 2 * std::numbers::pi)) / std::log(theta);
    };
    double first = pair_of(rope.value("beta_fast", 32.0));
    double last = pair_of(rope.value("beta_slow", 1.0));
    if (rope.value("truncate", true)) {
      first = std::floor(first);
      last = std::ceil(last);
    }
    first = std::max(first, 0.0);
    last = std::min(last, width - 1);
    const double stretched = std::clamp((i - first) / (last - first), 0.0, 1.0);
    const auto sharper = [&](double share) { return 1 + 0.1 * share * std::log(factor); };
    double growth = sharper(1);
    if (rope.contains("mscale")) {
      growth = sharper(rope.at("mscale")) / sharper(rope.at("mscale_all_dim"));
    }
    return {plain * (1 - stretched) + plain / factor * stretched,
            rope.value("attention_factor", growth)};
  }
  return {plain};
}

void Rotate(Vector& x, std::size_t heads, std::size_t position, double length, const Json& config) {
  const std::size_t width = x.size() / heads;
  for (std::size_t head = 0; head < heads; ++head) {
    for (std::size_t i = 0; i < width / 2; ++i) {
      const Turn turn = TurnOf(config, static_cast<double>(i), static_cast<double>(width), length);
      const double angle = turn.angle * static_cast<double>(position);
      double& a = x[head * width + i];
      double& b = x[head * width + i + width / 2];
      const double before = a;
      a = turn.growth * (before * std::cos(angle) - b * std::sin(angle));
      b = turn.growth * (b * std::cos(angle) + before * std::sin(angle));
    }
  }
}

bool Slides(const Json& config, std::size_t layer) {
  if (!config.value("use_sliding_window", false)) return false;
  if (config.contains("layer_types")) return config["layer_types"][layer] == "sliding_attention";
  return layer >= config.value("max_window_layers", std::size_t{28});
}

}  // namespace

Rows LlamaLogits(const Checkpoint& checkpoint, const Json& config,
                 const std::vector<std::int64_t>& ids, std::size_t prompt_length) {
  const std::int64_t heads = config.at("num_attention_heads");
  const std::int64_t key_heads = config.value("num_key_value_heads", heads);
  const double eps = config.value("rms_norm_eps", 1e-6);
  Rows x;
  for (const std::int64_t id : ids) x.push_back(checkpoint.Row("embed_tokens.weight", id));
  const std::size_t layers = config.at("num_hidden_layers");
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const std::string at = "layers." + std::to_string(layer) + ".";
    Rows q, k, v;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Vector h = RmsNorm(x[i], checkpoint.Get(at + "input_layernorm.weight"), eps);
      q.push_back(checkpoint.Linear(at + "self_attn.q_proj", h));
      k.push_back(checkpoint.Linear(at + "self_attn.k_proj", h));
      v.push_back(checkpoint.Linear(at + "self_attn.v_proj", h));
      // A key stays as it was turned when the text was so long.
      const auto length = static_cast<double>(std::max(prompt_length, i + 1));
      Rotate(q[i], static_cast<std::size_t>(heads), i, length, config);
      Rotate(k[i], static_cast<std::size_t>(key_heads), i, length, config);
    }
    const double scale =
        1 / std::sqrt(static_cast<double>(q[0].size()) / static_cast<double>(heads));
    const std::size_t window = Slides(config, layer)
                                   ? config.at("sliding_window").get<std::size_t>()
                                   : std::numeric_limits<std::size_t>::max();
    const Rows a = Attend(
        q, k, v, heads, key_heads, [&](std::int64_t, std::size_t i, std::size_t j, double product) {
          const bool seen = j <= i && i - j < window;
          return seen ? product * scale : -std::numeric_limits<double>::infinity();
        });
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = Add(x[i], checkpoint.Linear(at + "self_attn.o_proj", a[i]));
      const Vector h = RmsNorm(x[i], checkpoint.Get(at + "post_attention_layernorm.weight"), eps);
      Vector inner =
          Activate(config.value("hidden_act", "silu"), checkpoint.Linear(at + "mlp.gate_proj", h));
      const Vector up = checkpoint.Linear(at + "mlp.up_proj", h);
      for (std::size_t d = 0; d < inner.size(); ++d) inner[d] *= up[d];
      x[i] = Add(x[i], checkpoint.Linear(at + "mlp.down_proj", inner));
    }
  }
  Rows logits;
  for (const Vector& row : x) {
    logits.push_back(checkpoint.Multiply(
        checkpoint.Has("lm_head.weight") ? "lm_head.weight" : "embed_tokens.weight",
        RmsNorm(row, checkpoint.Get("norm.weight"), eps)));
  }
  return logits;
}

}  // namespace clientele::models::reference
