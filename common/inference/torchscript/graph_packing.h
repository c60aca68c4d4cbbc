#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_PACKING_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_PACKING_H_

// Rewrites a frozen module for this processor: its linear layers become packed ones
// (kernels/packed_linear.h), each with the activation that follows it; softmax attention and
// writes into a key-value cache become one operator each (packed_operators.h). What does not
// match is left as it is, so any TorchScript module may be given.
//
//   torch::jit::Module frozen = torch::jit::freeze(module, methods);
//   CLIENTELE_ASSIGN_OR_RETURN(PackingReport report, PackGraphs(frozen, Precision::kInt8));
//
// Weights are packed one after another and the originals released, so that never more than
// one of them is in memory twice; in float32 not even one, where nothing else holds it. A table
// that is also looked up, as tied embeddings are, is read in its packed form where that holds
// float32; rounded, it stays beside it.

#include <cstddef>

#include "absl/status/statusor.h"

#include "common/inference/torchscript/kernels/packed_linear.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::inference {

struct PackingReport {
  // Distinct weights that were packed, and their packed bytes.
  std::size_t weights = 0;
  std::size_t bytes = 0;
  // Nodes that were replaced, over all methods.
  std::size_t linears = 0;
  std::size_t attentions = 0;
  std::size_t lookups = 0;
  std::size_t writes = 0;
};

// `module` is frozen, on the CPU, and not used elsewhere meanwhile. INTERNAL when a weight
// cannot be packed; the module is then unusable.
absl::StatusOr<PackingReport> PackGraphs(torch::jit::Module& module, Precision precision);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_GRAPH_PACKING_H_
