#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_LEARNING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_LEARNING_H_

// What distillation and the tuning of a retriever have in common: a module's vectors with their
// gradients, its parameters, and the contrastive loss. Throws what torch throws.

#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/types/span.h"

#include "common/inference/tasks/token_row.h"
#include "common/training/named_tensors.h"

namespace clientele::qa {

// Divided by their lengths.
at::Tensor UnitVectors(const at::Tensor& rows);

// [rows, width], of unit length.
at::Tensor EncodeRows(torch::jit::Module& module,
                      absl::Span<const inference::TokenRow* const> rows);

// The floating-point tensors among `state`, which gather gradients from here on.
std::vector<at::Tensor> LearnableTensors(const std::vector<training::NamedTensor>& state);
// Back to plain values.
void StopLearning(const std::vector<at::Tensor>& parameters);

// Cross entropy of each row of `first` choosing its own row of `second` among all of them, by
// cosine / temperature, and the other way round; the mean of both. Unit rows. `names`, int64 [rows]
// or undefined: rows of one name are no wrong choice for one another.
at::Tensor ContrastiveLoss(const at::Tensor& first, const at::Tensor& second, double temperature,
                           const at::Tensor& names = {});

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_ENCODER_LEARNING_H_
