#ifndef CLIENTELE_COMMON_TRAINING_TABLES_FIELD_NETWORK_MODULE_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_FIELD_NETWORK_MODULE_H_

// The network over a table's fields as a TorchScript module: DeepFM (Guo et al., DeepFM: a
// factorization-machine based neural network for CTR prediction, IJCAI 2017), and without its
// second-order part the wide and deep model (Cheng et al., Wide & deep learning for recommender
// systems, 2016). Field f with code c and scaled number z has the vector
//
//   e_f = table[c] + z * slopes[f]         first its weight, then `embedding` numbers v_f
//
//   margin = bias + sum_f w_f + sum_{f < g} <v_f, v_g> + deep(v_1 ... v_F)
//
// so that the factorization machine and the deep part share embeddings.
//
//   margins_of(codes: int64 [B, F], numbers: float32 [B, F]) -> float32 [B], what training calls
//   score(features: float64 [B, F]) -> (predictions [B, 1], margins [B, 1]), float64
//   contributions(features: float64 [B, F]) -> float64 [B, 1, F + 1]
//
// Contributions are Shapley values against one reference row, by permutations and their reverses
// (Strumbelj, Kononenko, Explaining prediction models and individual predictions with feature
// contributions, 2014); the last is the reference row's margin, and they sum to the row's.

#include <cstdint>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "common/frame/field_codes.h"

namespace clientele::training {

struct FieldNetworkShape {
  int embedding = 8;
  std::vector<int> hidden = {32, 16};
  double dropout = 0.3;
  // The second-order part.
  bool factorization = true;
  // Permutations of contributions, each with its reverse.
  int permutations = 4;
};

// Weights are drawn from torch's generator of the process. `reference` has a number for each field.
torch::jit::Module MakeFieldNetwork(const frame::FieldCodes& codes, const FieldNetworkShape& shape,
                                    const std::vector<double>& reference);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_FIELD_NETWORK_MODULE_H_
