#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_ROUNDING_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_ROUNDING_H_

// Rewrites a frozen module so that its linear layers compute in half precision with torch's own
// operators: what a GPU wants (on the CPU, graph_packing.h does better).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::size_t layers, RoundLinears(frozen, at::kHalf));
//
// A layer's constant weights are rounded, its input on the way in, and its result is float32
// again: softmax, norms, residuals and what goes in and out stay float32 (mixed precision,
// Micikevicius et al. 2018). Weights are rounded one after another and the originals released,
// except for a table that is also looked up.

#include <cstddef>

#include <c10/core/ScalarType.h>

#include "absl/status/statusor.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::inference {

// The number of layers that were rewritten, over all methods. `module` is frozen and not
// used elsewhere meanwhile; `type` is kHalf or kBFloat16. INTERNAL when the graph cannot be
// rewritten; the module is then unusable.
absl::StatusOr<std::size_t> RoundLinears(torch::jit::Module& module, c10::ScalarType type);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_ROUNDING_H_
