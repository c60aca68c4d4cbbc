#include "services/recommend-service/training/sequence/gbce_loss.h"

#include <ATen/ATen.h>

namespace clientele::recommend {

double GbceExponent(std::int64_t items, std::int64_t negatives, double calibration) {
  const double chance = static_cast<double>(negatives) / static_cast<double>(items);
  return chance * (calibration * (1 - 1 / chance) + 1 / chance);
}

at::Tensor GbceLoss(const at::Tensor& states, const at::Tensor& table, const at::Tensor& targets,
                    const at::Tensor& sampled, double beta, double offset) {
  const at::Tensor right = (states * at::embedding(table, targets)).sum(1) + offset;
  const at::Tensor wrong = at::matmul(states, at::embedding(table, sampled).t()) + offset;
  // ln(1 - s(x)) = ln s(-x), and exp(-30000) is 0.
  const at::Tensor own = sampled.unsqueeze(0) == targets.unsqueeze(1);
  const at::Tensor wrong_losses = at::softplus(wrong.masked_fill(own, -30000.0));
  const at::Tensor losses = at::softplus(-right) * beta + wrong_losses.sum(1);
  return losses.mean() / static_cast<double>(sampled.size(0) + 1);
}

}  // namespace clientele::recommend
