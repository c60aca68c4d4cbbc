#include "common/training/tables/limited_memory_bfgs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <numeric>
#include <utility>

namespace clientele::training {
namespace {

using Vector = std::vector<double>;

// How the gradient changed along a step.
struct Correction {
  Vector step;
  Vector change;
  double inverse_product = 0;
};

double Product(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void AddScaled(double factor, const Vector& from, Vector& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

double LargestPart(const Vector& gradient) {
  double largest = 0;
  for (const double part : gradient) largest = std::max(largest, std::abs(part));
  return largest;
}

// The gradient times what is known of the inverse Hessian, downhill.
Vector DescentDirection(const Vector& gradient, const std::deque<Correction>& corrections) {
  Vector direction = gradient;
  Vector alphas(corrections.size());
  for (std::size_t i = corrections.size(); i-- > 0;) {
    alphas[i] = corrections[i].inverse_product * Product(corrections[i].step, direction);
    AddScaled(-alphas[i], corrections[i].change, direction);
  }
  if (!corrections.empty()) {
    const Correction& last = corrections.back();
    const double scale = 1 / (last.inverse_product * Product(last.change, last.change));
    for (double& part : direction) part *= scale;
  }
  for (std::size_t i = 0; i < corrections.size(); ++i) {
    const double beta = corrections[i].inverse_product * Product(corrections[i].change, direction);
    AddScaled(alphas[i] - beta, corrections[i].step, direction);
  }
  for (double& part : direction) part = -part;
  return direction;
}

}  // namespace

double MinimizeBfgs(DifferentiableFunction function, const BfgsOptions& options,
                    std::vector<double>& at) {
  constexpr double kSufficientDecrease = 1e-4;
  constexpr int kMaxHalvings = 40;
  Vector gradient(at.size());
  double value = function(at, gradient);
  std::deque<Correction> corrections;
  for (int iteration = 0; iteration < options.max_iterations; ++iteration) {
    if (LargestPart(gradient) <= options.max_gradient) break;
    Vector direction = DescentDirection(gradient, corrections);
    double slope = Product(direction, gradient);
    if (!(slope < 0)) {
      corrections.clear();
      direction = DescentDirection(gradient, corrections);
      slope = Product(direction, gradient);
    }
    // A first step knows no scale.
    double length = corrections.empty() ? 1 / std::max(1.0, std::sqrt(-slope)) : 1;
    Vector next(at.size());
    Vector next_gradient(at.size());
    double next_value = value;
    bool lower = false;
    for (int halving = 0; halving < kMaxHalvings && !lower; ++halving, length /= 2) {
      for (std::size_t i = 0; i < at.size(); ++i) next[i] = at[i] + length * direction[i];
      next_value = function(next, next_gradient);
      lower = next_value <= value + kSufficientDecrease * length * slope;
    }
    if (!lower) break;
    Correction correction{.step = next, .change = next_gradient};
    AddScaled(-1, at, correction.step);
    AddScaled(-1, gradient, correction.change);
    const double product = Product(correction.step, correction.change);
    if (product > 1e-12 * Product(correction.change, correction.change)) {
      correction.inverse_product = 1 / product;
      corrections.push_back(std::move(correction));
      if (corrections.size() > static_cast<std::size_t>(options.memory)) corrections.pop_front();
    }
    at = std::move(next);
    gradient = std::move(next_gradient);
    value = next_value;
  }
  return value;
}

}  // namespace clientele::training
