#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ALS_HALF_STEP_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ALS_HALF_STEP_H_

// Half a pass of alternating least squares over all customers x items pairs: the ridge regression
// of every row of one side, with the other side fixed (Hu, Koren, Volinsky, Collaborative Filtering
// for Implicit Feedback Datasets, ICDM 2008). als_factorizer.h has the objective with biases,
// candidates/implicit_als.h the one without.

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// The observed entries of one side's rows as tensors.
struct AlsRows {
  std::int64_t rows = 0;
  std::vector<std::int64_t> begin;  // rows + 1
  at::Tensor columns;               // int64 [entries]
  at::Tensor values;                // [entries] of the type of the computation
};

AlsRows ToAlsRows(const SparseMatrix& matrix, at::ScalarType type);

// One side of the factorization, of one type.
struct AlsSide {
  at::Tensor factors;  // [rows, K]
  at::Tensor biases;   // [rows]; undefined: the factorization has no biases, and mu is 0
};

// Solves all rows, by Cholesky. The result does not depend on the number of threads. Throws
// torch's exceptions.
AlsSide SolveAlsSide(const AlsRows& rows, const AlsSide& fixed, double mu,
                     const ImplicitLossWeights& weights, int threads);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_ALS_HALF_STEP_H_
