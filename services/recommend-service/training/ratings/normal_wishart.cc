#include "services/recommend-service/training/ratings/normal_wishart.h"

#include <cmath>

#include "services/recommend-service/training/ratings/small_cholesky.h"

namespace clientele::recommend {

NormalParameters DrawNormalParameters(absl::Span<const double> vectors, std::size_t dimensions,
                                      double prior_rows, RandomDraws& random) {
  const std::size_t n = dimensions;
  const std::size_t count = vectors.size() / n;
  const double rows = static_cast<double>(count);
  std::vector<double> mean(n, 0);
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t i = 0; i < n; ++i) mean[i] += vectors[r * n + i];
  }
  for (double& value : mean) value /= rows;

  // The inverse of the posterior's scale matrix, and its Cholesky factor.
  std::vector<double> scatter(n * n, 0);
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      const double centered = vectors[r * n + i] - mean[i];
      for (std::size_t j = 0; j <= i; ++j) {
        scatter[i * n + j] += centered * (vectors[r * n + j] - mean[j]);
      }
    }
  }
  const double pull = prior_rows * rows / (prior_rows + rows);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      scatter[i * n + j] += pull * mean[i] * mean[j] + (i == j ? 1 : 0);
    }
  }
  FactorizeInPlace(scatter.data(), n);

  // With Wi = L L^T and Bartlett's lower triangle A: precision = (L^-T A)(L^-T A)^T. Columns of
  // L^-T A are kept as rows.
  std::vector<double> columns(n * n, 0);
  for (std::size_t c = 0; c < n; ++c) {
    double* const column = columns.data() + c * n;
    const double freedom = static_cast<double>(n) + rows - static_cast<double>(c);
    column[c] = std::sqrt(2 * random.Gamma(freedom / 2));
    for (std::size_t i = c + 1; i < n; ++i) column[i] = random.Normal();
    SolveLowerTransposed(scatter.data(), n, column);
  }
  NormalParameters drawn{std::vector<double>(n), std::vector<double>(n * n, 0)};
  for (std::size_t c = 0; c < n; ++c) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        drawn.precision[i * n + j] += columns[c * n + i] * columns[c * n + j];
      }
    }
  }
  std::vector<double> lower = drawn.precision;
  FactorizeInPlace(lower.data(), n);
  for (double& value : drawn.mean) value = random.Normal();
  SolveLowerTransposed(lower.data(), n, drawn.mean.data());
  for (std::size_t i = 0; i < n; ++i) {
    drawn.mean[i] =
        rows * mean[i] / (prior_rows + rows) + drawn.mean[i] / std::sqrt(prior_rows + rows);
  }
  return drawn;
}

}  // namespace clientele::recommend
