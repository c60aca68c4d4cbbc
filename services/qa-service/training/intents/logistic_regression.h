#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LOGISTIC_REGRESSION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LOGISTIC_REGRESSION_H_

// A probability from a handful of numbers: 1 / (1 + exp(-(weights . x + bias))).

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::qa {

struct LogisticRegression {
  std::vector<double> weights = {};
  double bias = 0;

  double Logit(absl::Span<const double> x) const;
};

// Newton's method for the likeliest weights, where each weight costs `penalty` / 2 times its square
// in units of its column's standard deviation; the bias costs nothing. A column that is constant
// has weight 0. `x` is [rows, width], labels are 0 and 1.
//
// INVALID_ARGUMENT for no rows, sizes that do not fit, labels but 0 and 1, values that are not
// finite; FAILED_PRECONDITION where all labels are equal.
absl::StatusOr<LogisticRegression> FitLogisticRegression(absl::Span<const double> x,
                                                         std::size_t width,
                                                         absl::Span<const int> labels,
                                                         double penalty);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_LOGISTIC_REGRESSION_H_
