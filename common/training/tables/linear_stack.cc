#include "common/training/tables/linear_stack.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/status/status.h"

#include "common/training/tables/limited_memory_bfgs.h"

namespace clientele::training {
namespace {

// Of the distance to equal weights, in rows' worth of log-loss.
constexpr double kEqualWeightPenalty = 20;

double SoftPlus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// Weights of the models in `active`, the intercept last.
std::vector<double> FitActive(const std::vector<std::vector<double>>& margins,
                              const std::vector<std::size_t>& active,
                              absl::Span<const int> labels) {
  const std::size_t models = active.size();
  const double equal = models == 0 ? 0 : 1 / static_cast<double>(models);
  std::vector<double> at(models + 1, equal);
  at.back() = 0;
  const auto loss = [&](const std::vector<double>& x, std::vector<double>& gradient) {
    double value = 0;
    std::fill(gradient.begin(), gradient.end(), 0);
    for (std::size_t m = 0; m < models; ++m) {
      value += kEqualWeightPenalty / 2 * (x[m] - equal) * (x[m] - equal);
      gradient[m] = kEqualWeightPenalty * (x[m] - equal);
    }
    for (std::size_t row = 0; row < labels.size(); ++row) {
      double margin = x.back();
      for (std::size_t m = 0; m < models; ++m) margin += x[m] * margins[active[m]][row];
      value += SoftPlus(margin) - labels[row] * margin;
      const double residual = 1 / (1 + std::exp(-margin)) - labels[row];
      for (std::size_t m = 0; m < models; ++m) gradient[m] += residual * margins[active[m]][row];
      gradient.back() += residual;
    }
    return value;
  };
  MinimizeBfgs(loss, {.max_gradient = 1e-7 * static_cast<double>(labels.size())}, at);
  return at;
}

}  // namespace

double LinearStack::Margin(absl::Span<const double> margins) const {
  double margin = intercept;
  for (std::size_t m = 0; m < weights.size(); ++m) margin += weights[m] * margins[m];
  return margin;
}

absl::StatusOr<LinearStack> FitLinearStack(const std::vector<std::vector<double>>& margins,
                                           absl::Span<const int> labels) {
  if (margins.empty()) return absl::InvalidArgumentError("there are no models");
  if (labels.empty()) return absl::InvalidArgumentError("there are no rows");
  for (const std::vector<double>& model : margins) {
    if (model.size() != labels.size()) {
      return absl::InvalidArgumentError("there must be a margin of each model for each label");
    }
    if (!std::all_of(model.begin(), model.end(), [](double x) { return std::isfinite(x); })) {
      return absl::InvalidArgumentError("margins must be finite");
    }
  }
  if (std::any_of(labels.begin(), labels.end(),
                  [](int label) { return label != 0 && label != 1; })) {
    return absl::InvalidArgumentError("labels must be 0 and 1");
  }
  std::vector<std::size_t> active;
  for (std::size_t m = 0; m < margins.size(); ++m) active.push_back(m);
  // The model of the most negative weight leaves until none is negative.
  while (true) {
    const std::vector<double> fitted = FitActive(margins, active, labels);
    const auto least = std::min_element(fitted.begin(), fitted.end() - 1);
    if (least != fitted.end() - 1 && *least < 0) {
      active.erase(active.begin() + (least - fitted.begin()));
      continue;
    }
    LinearStack stack{.weights = std::vector<double>(margins.size()), .intercept = fitted.back()};
    for (std::size_t m = 0; m < active.size(); ++m) stack.weights[active[m]] = fitted[m];
    return stack;
  }
}

}  // namespace clientele::training
