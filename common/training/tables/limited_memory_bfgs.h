#ifndef CLIENTELE_COMMON_TRAINING_TABLES_LIMITED_MEMORY_BFGS_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_LIMITED_MEMORY_BFGS_H_

// The minimum of a smooth convex function of many variables, from its gradients: two-loop recursion
// with backtracking (Nocedal, Wright, Numerical optimization, 2nd edition, algorithms 7.4 and 3.1).
//
//   std::vector<double> at(size);
//   MinimizeBfgs([&](const auto& x, auto& gradient) { ...; return value; }, {}, at);
//
// Pure, thread-safe. No torch here.

#include <vector>

#include "absl/functional/function_ref.h"

namespace clientele::training {

struct BfgsOptions {
  int max_iterations = 300;
  // Ends when no part of the gradient is larger.
  double max_gradient = 1e-6;
  int memory = 10;
};

// The value at `x`; writes the gradient, which has the same size.
using DifferentiableFunction =
    absl::FunctionRef<double(const std::vector<double>& x, std::vector<double>& gradient)>;

// From `at`, which becomes the minimum; the value there.
double MinimizeBfgs(DifferentiableFunction function, const BfgsOptions& options,
                    std::vector<double>& at);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_LIMITED_MEMORY_BFGS_H_
