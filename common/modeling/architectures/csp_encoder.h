#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_CSP_ENCODER_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_CSP_ENCODER_H_

// An image encoder with the backbone of YOLOX (residual bottlenecks in cross stage partial stages),
// so that it can begin with the weights of a published detector.
//
//   features(pixels [B, 3, H, W], RGB in 0..1) -> [B, 56 * stem]
//       means and largest values at the last three strides, less feature_center, times
//       feature_scale: 0 and 1 until a training sets them
//   forward(pixels) -> features, scores
//       the mean over four views, as IMAGE_ENCODER's contract says: the picture and the middle of
//       it, 85 % of either side, each also mirrored
//
// Every weight is a buffer: training sets requires_grad on it and calls `features`.

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"
#include "common/modeling/architectures/csp_layers.h"

namespace clientele::modeling {

// Takes "conv.<place>.weight" and "conv.<place>.bias" in the order of computation, then
// "class.weight" [labels, features] and "class.bias". INVALID_ARGUMENT for an impossible shape, no
// labels, or weights that do not fit.
absl::StatusOr<BuiltModel> MakeCspEncoder(const CspShape& shape,
                                          const std::vector<std::string>& labels, Weights& weights);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_CSP_ENCODER_H_
