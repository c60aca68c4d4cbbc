#include "services/recommend-service/core/ranking/fold_in.h"

#include <cmath>
#include <utility>

#include "absl/status/status.h"

namespace clientele::recommend {
namespace {

// gram += weight f f^T (lower triangle), target += scale f, for f = (q, 1).
void Accumulate(absl::Span<const float> q, double weight, double scale, std::vector<double>& gram,
                std::vector<double>& target) {
  const std::size_t k = q.size();
  const std::size_t n = k + 1;
  for (std::size_t a = 0; a < k; ++a) {
    const double qa = q[a];
    double* const row = gram.data() + a * n;
    for (std::size_t b = 0; b <= a; ++b) row[b] += weight * qa * q[b];
    target[a] += scale * qa;
  }
  double* const last = gram.data() + k * n;
  for (std::size_t b = 0; b < k; ++b) last[b] += weight * q[b];
  last[k] += weight;
  target[k] += scale;
}

// Decomposes a positive definite A, given by its lower triangle, into L L^T in place.
bool DecomposeCholesky(std::size_t n, std::vector<double>& a) {
  for (std::size_t j = 0; j < n; ++j) {
    double diagonal = a[j * n + j];
    for (std::size_t k = 0; k < j; ++k) diagonal -= a[j * n + k] * a[j * n + k];
    if (!(diagonal > 0)) return false;
    diagonal = std::sqrt(diagonal);
    a[j * n + j] = diagonal;
    for (std::size_t i = j + 1; i < n; ++i) {
      double value = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) value -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = value / diagonal;
    }
  }
  return true;
}

// Solves L L^T x = b in place; row i of L begins at lower[row_begin(i)].
template <typename Value, typename RowBegin>
void SolveTriangles(const std::vector<Value>& lower, RowBegin row_begin, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Value* const row = lower.data() + row_begin(i);
    for (std::size_t k = 0; k < i; ++k) b[i] -= row[k] * b[k];
    b[i] /= row[i];
  }
  for (std::size_t i = n; i-- > 0;) {
    const Value* const row = lower.data() + row_begin(i);
    b[i] /= row[i];
    for (std::size_t k = 0; k < i; ++k) b[k] -= row[k] * b[i];
  }
}

std::size_t TriangleRow(std::size_t i) { return i * (i + 1) / 2; }

double Dot(absl::Span<const float> q, absl::Span<const double> z) {
  double sum = z[q.size()];
  for (std::size_t j = 0; j < q.size(); ++j) sum += q[j] * z[j];
  return sum;
}

}  // namespace

FoldIn::FoldIn(std::shared_ptr<const CollaborativeModel> model) : model_(std::move(model)) {
  const std::size_t k = static_cast<std::size_t>(model_->dimension());
  const std::size_t n = k + 1;
  gram_.assign(n * n, 0);
  target_.assign(n, 0);
  const ImplicitLossWeights& weights = model_->implicit_loss_weights();
  const absl::Span<const float> biases = model_->item_biases();
  if (weights.unobserved_weight > 0) {
    for (std::size_t i = 0; i < biases.size(); ++i) {
      const double baseline = static_cast<double>(model_->mu()) + biases[i];
      Accumulate(model_->item_factors().subspan(i * k, k), weights.unobserved_weight,
                 -weights.unobserved_weight * baseline, gram_, target_);
    }
  }
}

std::vector<double> FoldInSolution::Solve(absl::Span<const float> q) const {
  std::vector<double> solved(q.begin(), q.end());
  solved.push_back(1);
  SolveTriangles(lower_, TriangleRow, solved);
  return solved;
}

double FoldInSolution::Influence(const CollaborativeModel& model,
                                 const ObservedPreference& observed,
                                 absl::Span<const double> solved) const {
  const std::size_t k = static_cast<std::size_t>(model.dimension());
  const std::size_t row = static_cast<std::size_t>(observed.row);
  const absl::Span<const float> q = model.item_factors().subspan(row * k, k);
  const double weight = 1 - model.implicit_loss_weights().unobserved_weight;
  const double baseline = static_cast<double>(model.mu()) + model.item_biases()[row];
  double fitted = customer_.bias;
  for (std::size_t j = 0; j < k; ++j) fitted += static_cast<double>(q[j]) * customer_.factors[j];
  return (observed.value - weight * (baseline + fitted)) / (1 - weight * Dot(q, solved));
}

absl::StatusOr<FoldInSolution> FoldIn::Solve(absl::Span<const ObservedPreference> observed) const {
  const std::size_t k = static_cast<std::size_t>(model_->dimension());
  const double c0 = model_->implicit_loss_weights().unobserved_weight;
  const absl::Span<const float> biases = model_->item_biases();
  std::vector<double> gram = gram_;
  std::vector<double> target = target_;
  for (const ObservedPreference& preference : observed) {
    if (preference.row < 0 || static_cast<std::size_t>(preference.row) >= biases.size()) {
      return absl::InvalidArgumentError("a preference names a row outside the model");
    }
    const std::size_t row = static_cast<std::size_t>(preference.row);
    const double baseline = static_cast<double>(model_->mu()) + biases[row];
    Accumulate(model_->item_factors().subspan(row * k, k), 1.0 - c0,
               preference.value - baseline + c0 * baseline, gram, target);
  }
  const ImplicitLossWeights& weights = model_->implicit_loss_weights();
  const double total =
      weights.TotalWeight(static_cast<double>(observed.size()), static_cast<double>(biases.size()));
  for (std::size_t a = 0; a < k; ++a) gram[a * (k + 1) + a] += weights.factor_penalty * total;
  gram[k * (k + 1) + k] += weights.bias_penalty * total;
  const std::size_t n = k + 1;
  if (!DecomposeCholesky(n, gram)) {
    return absl::InternalError("the fold-in's equations are not positive definite");
  }
  SolveTriangles(
      gram, [n](std::size_t i) { return i * n; }, target);
  FoldInSolution solution;
  solution.customer_.factors.assign(target.begin(),
                                    target.begin() + static_cast<std::ptrdiff_t>(k));
  solution.customer_.bias = static_cast<float>(target[k]);
  solution.lower_.reserve(TriangleRow(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      solution.lower_.push_back(static_cast<float>(gram[i * n + j]));
    }
  }
  return solution;
}

}  // namespace clientele::recommend
