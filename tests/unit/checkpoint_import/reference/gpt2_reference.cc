#include "tests/unit/checkpoint_import/reference/gpt2_reference.h"

#include <cmath>
#include <limits>
#include <string>

namespace clientele::models::reference {

Rows Gpt2Logits(const Checkpoint& checkpoint, const nlohmann::json& config,
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

}  // namespace clientele::models::reference
