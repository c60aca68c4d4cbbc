#include "tests/unit/checkpoint_import/reference/bert_reference.h"

#include <cmath>
#include <limits>
#include <string>

namespace clientele::models::reference {

Rows BertStates(const Checkpoint& checkpoint, const nlohmann::json& config, const BertText& text,
                std::int64_t padding) {
  const double eps = config.at("layer_norm_eps");
  const std::int64_t heads = config.at("num_attention_heads");
  const auto norm = [&](const std::string& name, const Vector& x) {
    return LayerNorm(x, checkpoint.Get(name + ".weight"), checkpoint.Get(name + ".bias"), eps);
  };
  Rows x;
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < text.ids.size(); ++i) {
    if (text.ids[i] != padding) ++seen;
    std::int64_t position = static_cast<std::int64_t>(i);
    if (padding >= 0) position = text.ids[i] == padding ? padding : padding + seen;
    const Vector sum =
        Add(Add(checkpoint.Row("embeddings.word_embeddings.weight", text.ids[i]),
                checkpoint.Row("embeddings.position_embeddings.weight", position)),
            checkpoint.Row("embeddings.token_type_embeddings.weight", text.segments[i]));
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
          return text.mask[j] == 1 ? product / root : -std::numeric_limits<double>::infinity();
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

}  // namespace clientele::models::reference
