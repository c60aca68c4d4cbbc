#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_RESNET_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_RESNET_H_

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

// ResNet (He et al. 2016) with basic or bottleneck blocks; the stride of a bottleneck is in its
// 3 x 3 convolution (v1.5) unless config.json says otherwise. Each batch norm is folded into
// its convolution. Weights may have Hugging Face's or torchvision's names.
absl::StatusOr<BuiltModel> BuildResNet(Config& config, Weights& weights,
                                       const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_RESNET_H_
