#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_USE_LITE_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_USE_LITE_H_

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// Universal Sentence Encoder Lite (Cer et al., Universal Sentence Encoder, EMNLP 2018; the
// transformer, as published for TensorFlow.js) as text encoder. Pre-norm layers over twice the
// embedding plus sinusoidal timing; the first layer goes from `embedding_size` to `hidden_size`
// with a projected residual; there is no norm behind the last. The mean over the tokens goes
// through a dense layer with tanh to unit length. The checkpoint's matrices are [inputs, outputs].
//
// INVALID_ARGUMENT for pooling, steps or normalization of one's own: the model has its own.
absl::StatusOr<BuiltModel> BuildUseLite(Config& config, Weights& weights,
                                        const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_USE_LITE_H_
