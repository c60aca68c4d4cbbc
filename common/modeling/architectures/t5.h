#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_T5_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_T5_H_

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// T5 (Raffel et al. 2020), v1.0 and v1.1: an encoder and a decoder with RMS norm and relative
// position biases shared by the layers of each side. The encoder runs once, in prefill; each
// step attends to its keys and values.
absl::StatusOr<BuiltModel> BuildT5(Config& config, Weights& weights, const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_T5_H_
