#include "services/profile-service/training/vision/distillation.h"

#include <cstddef>

#include <ATen/ATen.h>

namespace clientele::profile {
namespace {

constexpr double kLeastNorm = 1e-8;

at::Tensor UnitVectors(const at::Tensor& rows) {
  return rows / at::clamp_min(rows.norm(2, {1}, /*keepdim=*/true), kLeastNorm);
}

}  // namespace

at::Tensor SmoothedLabels(absl::Span<const int> classes, std::int64_t labels, double smoothing) {
  const auto rows = static_cast<std::int64_t>(classes.size());
  at::Tensor targets =
      at::full({rows, labels}, smoothing / static_cast<double>(labels), at::kFloat);
  float* values = targets.data_ptr<float>();
  for (std::size_t row = 0; row < classes.size(); ++row) {
    values[static_cast<std::int64_t>(row) * labels + classes[row]] +=
        static_cast<float>(1 - smoothing);
  }
  return targets;
}

at::Tensor SoftCrossEntropy(const at::Tensor& scores, const at::Tensor& targets) {
  return -(targets * at::log_softmax(scores, 1)).sum(1).mean();
}

at::Tensor CosineDistance(const at::Tensor& a, const at::Tensor& b) {
  return 1 - (UnitVectors(a) * UnitVectors(b)).sum(1).mean();
}

}  // namespace clientele::profile
