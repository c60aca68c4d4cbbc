#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_LLAMA_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_LLAMA_H_

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// Llama (Touvron et al. 2023): RMS norm (Zhang and Sennrich 2019), rotary positions (Su et al.
// 2021; halves rotated, as in the published checkpoints), grouped-query attention, SwiGLU
// (Shazeer 2020).
absl::StatusOr<BuiltModel> BuildLlama(Config& config, Weights& weights,
                                      const BuildOptions& options);

// Qwen2 (Yang et al. 2024): as Llama, with biases on q, k and v, and layers that look at the last
// `sliding_window` positions alone where use_sliding_window.
absl::StatusOr<BuiltModel> BuildQwen2(Config& config, Weights& weights,
                                      const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_LLAMA_H_
