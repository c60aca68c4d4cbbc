#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_MODULE_SOURCE_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_MODULE_SOURCE_H_

// Pieces of TorchScript source that several families use, and the frame that makes a
// module of source and values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/strings/string_view.h"

#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

// def activation(self, x: Tensor) -> Tensor, by the name that config.json uses: every one of
// the reference that has no weights of its own (gelu, gelu_new, quick_gelu, relu, silu, ...).
// nullopt for another.
std::optional<std::string> ActivationSource(absl::string_view name);

// def rms_norm(self, x: Tensor, weight: Tensor) -> Tensor (Zhang and Sennrich 2019). Reads
// self.eps.
extern const char kRmsNormSource[];

// The line once for each layer, `$0` being its number, indented as a method's body.
std::string Unroll(std::int64_t layers, absl::string_view line);

// Registers weights as buffers that the source reads as self.<attribute>.
void TakeTensor(Weights& weights, torch::jit::Module& module, const std::string& attribute,
                const std::string& name, const std::vector<std::int64_t>& shape,
                Init init = Init::kNormal);
// <attribute>_weight [outputs, inputs] and, where there is one, <attribute>_bias [outputs].
void TakeLinear(Weights& weights, torch::jit::Module& module, const std::string& attribute,
                const std::string& name, std::int64_t outputs, std::int64_t inputs, bool bias);
// <attribute>_weight and <attribute>_bias, each [width].
void TakeLayerNorm(Weights& weights, torch::jit::Module& module, const std::string& attribute,
                   const std::string& name, std::int64_t width);

// The head of a language model: gives the attribute that the source reads, `tokens`, the table of
// the embedding, or `unembedding`. As in the reference, a stored head that differs from the table
// counts, whatever `tied` says; without one a head that is not tied is missing.
std::string TakeHead(Weights& weights, torch::jit::Module& root, bool tied);
// The table `tokens` under `name`; where tied, the head's is as good.
void TakeTable(Weights& weights, torch::jit::Module& root, const std::string& name,
               std::int64_t vocabulary, std::int64_t width, bool tied);

// Attributes that the source reads as self.<name>; freezing makes them constants.
void SetInt(torch::jit::Module& module, const std::string& name, std::int64_t value);
void SetFloat(torch::jit::Module& module, const std::string& name, double value);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_MODULE_SOURCE_H_
