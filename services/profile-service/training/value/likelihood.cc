#include "services/profile-service/training/value/likelihood.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/training/tables/limited_memory_bfgs.h"

namespace clientele::profile {
namespace {

constexpr double kStep = 1e-5;
constexpr double kLimit = 12;

std::vector<double> Within(std::vector<double> at) {
  for (double& value : at) value = std::clamp(value, -kLimit, kLimit);
  return at;
}

}  // namespace

LikelihoodMaximum MaximizeLikelihood(
    absl::FunctionRef<double(const std::vector<double>&)> log_likelihood, std::size_t records,
    std::vector<double> start) {
  const double scale = 1.0 / static_cast<double>(std::max<std::size_t>(records, 1));
  const auto cost = [&](const std::vector<double>& at) {
    // Beyond the limits the cost rises, so that the search comes back.
    double beyond = 0;
    for (const double value : at) beyond += std::pow(std::max(std::abs(value) - kLimit, 0.0), 2);
    return beyond - scale * log_likelihood(Within(at));
  };
  training::MinimizeBfgs(
      [&](const std::vector<double>& at, std::vector<double>& gradient) {
        std::vector<double> moved = at;
        for (std::size_t i = 0; i < at.size(); ++i) {
          moved[i] = at[i] + kStep;
          const double above = cost(moved);
          moved[i] = at[i] - kStep;
          gradient[i] = (above - cost(moved)) / (2 * kStep);
          moved[i] = at[i];
        }
        return cost(at);
      },
      {.max_iterations = 500, .max_gradient = 1e-7}, start);
  LikelihoodMaximum found{.at = Within(std::move(start))};
  found.value = log_likelihood(found.at);
  return found;
}

}  // namespace clientele::profile
