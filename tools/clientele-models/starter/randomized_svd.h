#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_RANDOMIZED_SVD_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_RANDOMIZED_SVD_H_

// The largest singular values of a large sparse matrix and their right singular vectors, by the
// randomized range finder with power iterations (Halko, Martinsson and Tropp, "Finding structure
// with randomness", SIAM Review 53, 2011; algorithms 4.4 and 5.1).
//
//   TruncatedSvd svd = RandomizedSvd(matrix, 256, {.seed = 7});
//
// Pure; the same seed, matrix and library give the same numbers.

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace clientele::starter {

struct RandomizedSvdOptions {
  // Random directions beyond the rank: more is closer.
  std::int64_t oversampling = 32;
  // Each one multiplies twice by the matrix and sharpens slowly falling spectra.
  int power_iterations = 3;
  std::uint64_t seed = 7;
};

struct TruncatedSvd {
  at::Tensor singular_values;  // float32 [k], falling
  // float32 [columns, k], orthonormal; the entry of largest magnitude in each column is positive.
  at::Tensor right_vectors;
};

// `matrix` is float32 [rows, columns], dense or sparse COO. k = min(rank, rows, columns).
TruncatedSvd RandomizedSvd(const at::Tensor& matrix, std::int64_t rank,
                           RandomizedSvdOptions options = {});

}  // namespace clientele::starter

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_RANDOMIZED_SVD_H_
