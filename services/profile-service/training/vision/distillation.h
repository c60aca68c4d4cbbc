#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_DISTILLATION_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_DISTILLATION_H_

// What a network learns from: labels, and a teacher's opinion (Hinton, Vinyals, Dean, Distilling
// the knowledge in a neural network, 2015; Romero et al., FitNets, ICLR 2015).
//
//   const at::Tensor targets = SmoothedLabels(classes, labels, 0.1);
//   const at::Tensor loss = SoftCrossEntropy(scores, targets) +
//                           0.5 * CosineDistance(projected, teacher_features);
//
// Float tensors. Pure functions, thread-safe.

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "absl/types/span.h"

namespace clientele::profile {

// [rows, labels]: 1 - smoothing for the class, and `smoothing` spread evenly over all labels
// (Szegedy et al., Rethinking the Inception architecture for computer vision, CVPR 2016).
at::Tensor SmoothedLabels(absl::Span<const int> classes, std::int64_t labels, double smoothing);

// Mean over the rows of -sum(target * log softmax(scores)). Both [rows, labels].
at::Tensor SoftCrossEntropy(const at::Tensor& scores, const at::Tensor& targets);

// Mean over the rows of 1 - cos(a, b). Both [rows, width].
at::Tensor CosineDistance(const at::Tensor& a, const at::Tensor& b);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_DISTILLATION_H_
