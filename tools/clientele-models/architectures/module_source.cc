#include "tools/clientele-models/architectures/module_source.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace clientele::models {

std::optional<std::string> ActivationSource(absl::string_view name) {
  static const std::map<std::string, const char*, std::less<>> kBodies = {
      {"gelu", "torch.gelu(x)"},
      {"gelu_python", "torch.gelu(x)"},
      {"gelu_new", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_pytorch_tanh", "torch.gelu(x, approximate=\"tanh\")"},
      {"gelu_fast", "torch.gelu(x, approximate=\"tanh\")"},
      {"quick_gelu", "x * torch.sigmoid(1.702 * x)"},
      {"relu", "torch.relu(x)"},
      {"silu", "torch.silu(x)"},
      {"swish", "torch.silu(x)"},
      {"tanh", "torch.tanh(x)"},
  };
  const auto body = kBodies.find(name);
  if (body == kBodies.end()) return std::nullopt;
  return absl::StrCat("\ndef activation(self, x: Tensor) -> Tensor:\n    return ", body->second,
                      "\n");
}

std::string Unroll(std::int64_t layers, absl::string_view line) {
  std::string source;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    absl::StrAppend(&source, "    ", absl::Substitute(line, layer), "\n");
  }
  return source;
}

void SetInt(torch::jit::Module& module, const std::string& name, std::int64_t value) {
  module.register_attribute(name, c10::IntType::get(), value);
}

void SetFloat(torch::jit::Module& module, const std::string& name, double value) {
  module.register_attribute(name, c10::FloatType::get(), value);
}

void AddSpec(google::protobuf::RepeatedPtrField<model::v1::TensorSpec>& specs,
             absl::string_view name, model::v1::DataType dtype,
             const std::vector<std::int64_t>& shape) {
  model::v1::TensorSpec& spec = *specs.Add();
  spec.set_name(std::string(name));
  spec.set_dtype(dtype);
  for (const std::int64_t axis : shape) spec.add_shape(axis);
}

}  // namespace clientele::models
