#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_SMALL_CHOLESKY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_SMALL_CHOLESKY_H_

// The Cholesky factorization of matrices of a few dozen rows, for which a call of a library costs
// more than the work. Matrices are row-major n x n. Pure functions, thread-safe.

#include <cmath>
#include <cstddef>

namespace clientele::recommend {

// Puts L with A = L L^T into the lower triangle; the upper one is not read or written. A is
// positive definite.
inline void FactorizeInPlace(double* a, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(sum) : sum / a[j * n + j];
    }
  }
}

// x = L^-1 x.
inline void SolveLower(const double* lower, std::size_t n, double* x) {
  for (std::size_t i = 0; i < n; ++i) {
    double sum = x[i];
    for (std::size_t k = 0; k < i; ++k) sum -= lower[i * n + k] * x[k];
    x[i] = sum / lower[i * n + i];
  }
}

// x = L^-T x.
inline void SolveLowerTransposed(const double* lower, std::size_t n, double* x) {
  for (std::size_t i = n; i-- > 0;) {
    x[i] /= lower[i * n + i];
    for (std::size_t k = 0; k < i; ++k) x[k] -= lower[i * n + k] * x[i];
  }
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_SMALL_CHOLESKY_H_
