#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_MODULE_SOURCE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_MODULE_SOURCE_H_

// Pieces of TorchScript source that several families use, and the frame that makes a
// module of source and values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

namespace clientele::models {

// def activation(self, x: Tensor) -> Tensor, by the name that config.json uses: gelu,
// gelu_new, gelu_pytorch_tanh, gelu_fast, quick_gelu, relu, silu, swish, tanh.
// nullopt for another.
std::optional<std::string> ActivationSource(absl::string_view name);

// The line once for each layer, `$0` being its number, indented as a method's body.
std::string Unroll(std::int64_t layers, absl::string_view line);

// Attributes that the source reads as self.<name>; freezing makes them constants.
void SetInt(torch::jit::Module& module, const std::string& name, std::int64_t value);
void SetFloat(torch::jit::Module& module, const std::string& name, double value);

// Adds a tensor's description; -1 is a dynamic axis.
void AddSpec(google::protobuf::RepeatedPtrField<model::v1::TensorSpec>& specs,
             absl::string_view name, model::v1::DataType dtype,
             const std::vector<std::int64_t>& shape);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ARCHITECTURES_MODULE_SOURCE_H_
