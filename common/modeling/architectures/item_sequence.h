#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_ITEM_SEQUENCE_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_ITEM_SEQUENCE_H_

// What comes next in a sequence of items: a small causal transformer whose output is compared with
// the same item vectors that it reads (Kang, McAuley, Self-Attentive Sequential Recommendation,
// ICDM 2018).
//
//   RandomWeights weights(seed);
//   CLIENTELE_ASSIGN_OR_RETURN(torch::jit::Module module,
//                              MakeItemSequence({.items = 5000}, weights));
//   states(items: int64 [B, T]) -> float32 [B, T, width]
//       what is known after each place of a sequence, of it and those before it alone
//   forward(items: int64 [B, T], lengths: int64 [B]) -> float32 [B, width]
//       the state after the last item of each; lengths are 1 to T
//   table: float32 [items, width]
//       the score of item i after a sequence is the dot product of the state with table[i]
//
// Sequences begin at the first column, oldest item first, and T is at most `positions`. Whatever
// valid index fills a row behind its length changes nothing before it.
//
// Each layer is x + D(g(LayerNorm(x))) with dropout D and g self-attention, then a network of one
// hidden layer applied at each place; a layer norm follows the last. Every weight is a buffer:
// training sets requires_grad on it, and calls train(true) for dropout. Deterministic but for
// dropout, which draws from torch's generator of the process.

#include <cstdint>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/modeling/checkpoint/weights.h"

namespace clientele::modeling {

struct ItemSequenceShape {
  std::int64_t items = 0;
  std::int64_t positions = 50;  // of the longest sequence
  std::int64_t width = 64;
  std::int64_t layers = 2;
  std::int64_t heads = 1;  // divides the width
  double dropout = 0.2;    // from 0 to below 1
};

// Takes "items.weight", "positions.weight", then of each layer "layers.N.norm1", "attention"
// (query, key and value below each other), "output", "norm2", "inner", "outer", and "norm".
// INVALID_ARGUMENT for an impossible shape or weights that do not fit.
absl::StatusOr<torch::jit::Module> MakeItemSequence(const ItemSequenceShape& shape,
                                                    Weights& weights);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_ITEM_SEQUENCE_H_
