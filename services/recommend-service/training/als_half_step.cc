#include "services/recommend-service/training/als_half_step.h"

#include <algorithm>
#include <cstddef>

#include <ATen/ATen.h>

#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

// Of one chunk of rows: small enough for the cache, large enough to share calls.
constexpr std::int64_t kMaxGramValues = std::int64_t{1} << 18;
constexpr std::int64_t kMaxGatheredValues = std::int64_t{1} << 19;

// Rows from `first` on that fit into the bounds of one chunk; at least one.
std::int64_t AlsChunkEnd(const AlsRows& rows, std::int64_t first, std::int64_t n) {
  std::int64_t end = first + 1;
  while (end < rows.rows && (end + 1 - first) * n * n <= kMaxGramValues &&
         (rows.begin[static_cast<std::size_t>(end) + 1] -
          rows.begin[static_cast<std::size_t>(first)]) *
                 n <=
             kMaxGatheredValues) {
    ++end;
  }
  return end;
}

}  // namespace

AlsRows ToAlsRows(const SparseMatrix& matrix, at::ScalarType type) {
  const auto entries = static_cast<std::int64_t>(matrix.column.size());
  AlsRows rows;
  rows.rows = matrix.rows;
  rows.begin = matrix.begin;
  rows.columns = at::empty({entries}, at::kLong);
  std::copy(matrix.column.begin(), matrix.column.end(), rows.columns.data_ptr<std::int64_t>());
  rows.values = at::empty({entries}, at::kFloat);
  std::copy(matrix.value.begin(), matrix.value.end(), rows.values.data_ptr<float>());
  rows.values = rows.values.to(type);
  return rows;
}

AlsSide SolveAlsSide(const AlsRows& rows, const AlsSide& fixed, double mu,
                     const ImplicitLossWeights& weights, int threads) {
  const at::ScalarType type = fixed.factors.scalar_type();
  const bool biased = fixed.biases.defined();
  const std::int64_t k = fixed.factors.size(1);
  const std::int64_t n = biased ? k + 1 : k;
  const std::int64_t others = fixed.factors.size(0);
  const double c0 = weights.unobserved_weight;
  const at::Tensor features =
      biased ? at::cat({fixed.factors, at::ones({others, 1}, type)}, 1) : fixed.factors;
  const at::Tensor baseline = biased ? fixed.biases + mu : at::zeros({others}, type);
  const at::Tensor shared_gram = at::matmul(features.t(), features) * c0;
  at::Tensor penalties = at::full({n}, weights.factor_penalty, type);
  if (biased) penalties[k].fill_(weights.bias_penalty);
  const at::Tensor shared_target = at::mv(features.t(), baseline) * -c0;

  AlsSide solved{at::empty({rows.rows, k}, type), {}};
  if (biased) solved.biases = at::empty({rows.rows}, type);
  const auto solve_chunk = [&](std::int64_t first, std::int64_t end) {
    const std::int64_t entry = rows.begin[static_cast<std::size_t>(first)];
    const std::int64_t entries = rows.begin[static_cast<std::size_t>(end)] - entry;
    const at::Tensor columns = rows.columns.narrow(0, entry, entries);
    const at::Tensor gathered = features.index_select(0, columns);
    const at::Tensor residuals =
        rows.values.narrow(0, entry, entries) - baseline.index_select(0, columns) * (1.0 - c0);
    at::Tensor grams = shared_gram.unsqueeze(0).repeat({end - first, 1, 1});
    at::Tensor targets = shared_target.unsqueeze(0).repeat({end - first, 1});
    for (std::int64_t r = first; r < end; ++r) {
      const std::int64_t at = rows.begin[static_cast<std::size_t>(r)] - entry;
      const std::int64_t count = rows.begin[static_cast<std::size_t>(r) + 1] - entry - at;
      const double total =
          weights.TotalWeight(static_cast<double>(count), static_cast<double>(others));
      grams.select(0, r - first).diagonal().add_(penalties, total);
      if (count == 0) continue;
      const at::Tensor own = gathered.narrow(0, at, count);
      const at::Tensor transposed = own.t();
      grams.select(0, r - first).addmm_(transposed, own, 1.0, 1.0 - c0);
      targets.select(0, r - first).addmv_(transposed, residuals.narrow(0, at, count));
    }
    const at::Tensor solution =
        at::cholesky_solve(targets.unsqueeze(2), at::linalg_cholesky(grams)).squeeze(2);
    solved.factors.narrow(0, first, end - first).copy_(solution.narrow(1, 0, k));
    if (biased) solved.biases.narrow(0, first, end - first).copy_(solution.select(1, k));
  };
  std::vector<std::int64_t> chunks = {0};
  while (chunks.back() < rows.rows) chunks.push_back(AlsChunkEnd(rows, chunks.back(), n));
  // Chunks side by side, each on one thread: far cheaper than threads inside such small products,
  // and the result does not depend on their number.
  SideBySide(threads, chunks.size() - 1,
             [&](std::size_t at) { solve_chunk(chunks[at], chunks[at + 1]); });
  return solved;
}

}  // namespace clientele::recommend
