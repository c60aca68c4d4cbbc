#include "services/qa-service/training/encoder/encoder_learning.h"

#include <ATen/ATen.h>

#include "common/inference/tasks/token_tensors.h"

namespace clientele::qa {

at::Tensor UnitVectors(const at::Tensor& rows) {
  return rows / at::clamp(rows.norm(2, {1}, true), 1e-12);
}

at::Tensor EncodeRows(torch::jit::Module& module,
                      absl::Span<const inference::TokenRow* const> rows) {
  const inference::TokenTensors tokens = inference::PadRows(rows);
  return UnitVectors(module.forward({tokens.ids, tokens.mask}).toTensor());
}

std::vector<at::Tensor> LearnableTensors(const std::vector<training::NamedTensor>& state) {
  std::vector<at::Tensor> parameters;
  for (const training::NamedTensor& each : state) {
    if (!each.tensor.is_floating_point()) continue;
    at::Tensor tensor = each.tensor;
    tensor.set_requires_grad(true);
    parameters.push_back(tensor);
  }
  return parameters;
}

void StopLearning(const std::vector<at::Tensor>& parameters) {
  for (at::Tensor parameter : parameters) {
    parameter.set_requires_grad(false);
    parameter.mutable_grad() = at::Tensor();
  }
}

at::Tensor ContrastiveLoss(const at::Tensor& first, const at::Tensor& second, double temperature,
                           const at::Tensor& names) {
  at::Tensor scores = at::matmul(first, second.t()) / temperature;
  if (names.defined()) {
    const at::Tensor alike = names.unsqueeze(1).eq(names.unsqueeze(0));
    const at::Tensor own = at::eye(names.size(0), at::TensorOptions(at::kBool));
    scores = scores.masked_fill(at::logical_and(alike, at::logical_not(own)), -1e4);
  }
  const at::Tensor forward = at::log_softmax(scores, 1).diagonal();
  const at::Tensor backward = at::log_softmax(scores, 0).diagonal();
  return -(forward.mean() + backward.mean()) / 2;
}

}  // namespace clientele::qa
