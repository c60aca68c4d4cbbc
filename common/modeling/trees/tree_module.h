#ifndef CLIENTELE_COMMON_MODELING_TREES_TREE_MODULE_H_
#define CLIENTELE_COMMON_MODELING_TREES_TREE_MODULE_H_

// Boosted trees as a TorchScript module, for a bundle of task TABULAR.
//
//   forward(features: float32 [B, F]) -> (predictions [B, P], margins [B, G]), float32
//   score(features: float64 [B, F]) -> (predictions [B, P], margins [B, G]), float64
//   contributions(features: float64 [B, F]) -> float64 [B, G, F + 1], the expected margin last
//
// G is the number of classes where there are several, else 1; P equals G, but is 1 where the
// objective predicts the class itself.

#include <torch/csrc/jit/api/module.h>

#include "common/modeling/trees/tree_ensemble.h"

namespace clientele::modeling {

torch::jit::Module MakeTreeModule(const TreeEnsemble& ensemble);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_TREES_TREE_MODULE_H_
