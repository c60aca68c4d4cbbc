#ifndef CLIENTELE_COMMON_TRAINING_TABLES_STACKED_MODULE_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_STACKED_MODULE_H_

// Several modules of a table as one that a TABULAR bundle serves:
//
//   margin = intercept + sum of weights[p] * margin of part p
//
//   forward(features: float32 [B, F]) -> (predictions [B, 1], margins [B, 1]), float32
//   score(features: float64 [B, F]) -> the same in float64; a prediction is the margin's sigmoid
//   contributions(features: float64 [B, F]) -> float64 [B, 1, F + 1]: the parts', weighted, which
//       sum to the margin

#include <vector>

#include <torch/csrc/jit/api/module.h>

namespace clientele::training {

struct StackedPart {
  torch::jit::Module module;
  double weight = 1;
};

torch::jit::Module MakeStackedModule(const std::vector<StackedPart>& parts, double intercept);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_STACKED_MODULE_H_
