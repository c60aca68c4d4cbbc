#ifndef CLIENTELE_COMMON_TRAINING_TABLES_LINEAR_STACK_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_LINEAR_STACK_H_

// Several models' margins as one that is calibrated: stacking (Wolpert, Stacked generalization,
// 1992) by logistic regression with weights that are not negative (Breiman, Stacked regressions,
// 1996). Of one model it is Platt's scaling.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const LinearStack stack,
//                              FitLinearStack({logistic_margins, tree_margins}, labels));
//   stack.Margin({0.3, 0.5});      // log-odds
//
// The rows are not those that the models were trained on. Values; thread-safe. No torch here.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::training {

struct LinearStack {
  std::vector<double> weights;  // of each model, 0 or more
  double intercept = 0;

  double Margin(absl::Span<const double> margins) const;
};

// Least log-loss plus a small penalty for weights far from equal ones, so that models that say the
// same share their weight. `margins[m][row]` are finite. INVALID_ARGUMENT for no models or rows,
// lists of different lengths, or labels but 0 and 1.
absl::StatusOr<LinearStack> FitLinearStack(const std::vector<std::vector<double>>& margins,
                                           absl::Span<const int> labels);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_LINEAR_STACK_H_
