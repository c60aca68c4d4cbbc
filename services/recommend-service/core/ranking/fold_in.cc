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

// Solves A x = b in place for a positive definite A given by its lower triangle.
bool SolveCholesky(std::vector<double>& a, std::vector<double>& b) {
  const std::size_t n = b.size();
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
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
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

absl::StatusOr<CustomerFactors> FoldIn::Solve(absl::Span<const ObservedPreference> observed) const {
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
  if (!SolveCholesky(gram, target)) {
    return absl::InternalError("the fold-in's equations are not positive definite");
  }
  CustomerFactors customer;
  customer.factors.assign(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(k));
  customer.bias = static_cast<float>(target[k]);
  return customer;
}

}  // namespace clientele::recommend
