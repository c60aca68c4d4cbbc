#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_GPT2_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_GPT2_H_

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// GPT-2 (Radford et al. 2019): learned positions, layer norm before each block, fused q/k/v
// stored input-major (Conv1D).
absl::StatusOr<BuiltModel> BuildGpt2(Config& config, Weights& weights, const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_GPT2_H_
