#include "common/modeling/architectures/module_source.h"

#include <map>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/status/error_details.h"

namespace clientele::modeling {

const char kRmsNormSource[] = R"py(
def rms_norm(self, x: Tensor, weight: Tensor) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + self.eps) * weight
)py";

std::optional<std::string> ActivationSource(absl::string_view name) {
  static const std::map<std::string, const char*, std::less<>> kBodies = {
      {"gelu", "torch.gelu(x)"},
      {"gelu_python", "torch.gelu(x)"},
      {"gelu_new", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_pytorch_tanh", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_python_tanh", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_accurate", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_fast", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_10", "torch.clamp(torch.gelu(x), min=-10.0, max=10.0)"},
      {"quick_gelu", "x * torch.sigmoid(1.702 * x)"},
      {"hardswish", "torch.hardswish(x)"},
      {"laplace", "0.5 * (1.0 + torch.erf((x - 0.707107) / (0.282095 * 1.4142135623730951)))"},
      {"leaky_relu", "torch.where(x > 0, x, 0.01 * x)"},
      {"linear", "x"},
      {"mish", "torch.mish(x)"},
      {"relu", "torch.relu(x)"},
      {"relu2", "torch.square(torch.relu(x))"},
      {"relu6", "torch.clamp(x, min=0.0, max=6.0)"},
      {"sigmoid", "torch.sigmoid(x)"},
      {"silu", "torch.silu(x)"},
      {"swish", "torch.silu(x)"},
      {"tanh", "torch.tanh(x)"},
  };
  const auto body = kBodies.find(name);
  if (body == kBodies.end()) return std::nullopt;
  return absl::StrCat("\ndef activation(self, x: Tensor) -> Tensor:\n    return ", body->second,
                      "\n");
}

constexpr char kHeadName[] = "lm_head.weight";

std::string Unroll(std::int64_t layers, absl::string_view line) {
  std::string source;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    absl::StrAppend(&source, "    ", absl::Substitute(line, layer), "\n");
  }
  return source;
}

void TakeTensor(Weights& weights, torch::jit::Module& module, const std::string& attribute,
                const std::string& name, const std::vector<std::int64_t>& shape, Init init) {
  module.register_buffer(attribute, weights.Take(name, shape, init));
}

void TakeLinear(Weights& weights, torch::jit::Module& module, const std::string& attribute,
                const std::string& name, std::int64_t outputs, std::int64_t inputs, bool bias) {
  TakeTensor(weights, module, attribute + "_weight", name + ".weight", {outputs, inputs});
  if (bias)
    TakeTensor(weights, module, attribute + "_bias", name + ".bias", {outputs}, Init::kZeros);
}

void TakeLayerNorm(Weights& weights, torch::jit::Module& module, const std::string& attribute,
                   const std::string& name, std::int64_t width) {
  TakeTensor(weights, module, attribute + "_weight", name + ".weight", {width}, Init::kOnes);
  TakeTensor(weights, module, attribute + "_bias", name + ".bias", {width}, Init::kZeros);
}

std::string TakeHead(Weights& weights, torch::jit::Module& root, bool tied) {
  if (tied && !weights.Has(kHeadName, /*in_new=*/false)) return "tokens";
  if (!weights.ok()) return "tokens";
  const at::Tensor tokens = root.attr("tokens").toTensor();
  if (!weights.Has(kHeadName, /*in_new=*/true)) {
    weights.Reject(InvalidField(
        "model.safetensors: lm_head.weight",
        "is missing, and config.json does not tie it to the embedding: this is a decoder without "
        "its head, which cannot generate. Take the checkpoint of the whole model, whose "
        "architectures end in ForCausalLM, or set tie_word_embeddings to true if the embedding is "
        "the head"));
    return "tokens";
  }
  const at::Tensor head = weights.Take(kHeadName, tokens.sizes().vec(), Init::kNormal);
  if (tied && at::equal(head, tokens)) return "tokens";
  root.register_buffer("unembedding", head);
  return "unembedding";
}

void TakeTable(Weights& weights, torch::jit::Module& root, const std::string& name,
               std::int64_t vocabulary, std::int64_t width, bool tied) {
  const bool head_alone =
      tied && !weights.Has(name, /*in_new=*/true) && weights.Has(kHeadName, /*in_new=*/false);
  TakeTensor(weights, root, "tokens", head_alone ? kHeadName : name, {vocabulary, width});
}

void SetInt(torch::jit::Module& module, const std::string& name, std::int64_t value) {
  module.register_attribute(name, c10::IntType::get(), value);
}

void SetFloat(torch::jit::Module& module, const std::string& name, double value) {
  module.register_attribute(name, c10::FloatType::get(), value);
}

}  // namespace clientele::modeling
