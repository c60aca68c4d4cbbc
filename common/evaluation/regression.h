#ifndef CLIENTELE_COMMON_EVALUATION_REGRESSION_H_
#define CLIENTELE_COMMON_EVALUATION_REGRESSION_H_

// How far predicted values are from what was measured.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const double rmse, RootMeanSquaredError(predicted, ratings));
//
// INVALID_ARGUMENT for no rows, lists of different lengths, and values that are not finite. Pure
// functions, thread-safe.

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// Square root of the mean of (predicted - actual)^2.
absl::StatusOr<double> RootMeanSquaredError(absl::Span<const double> predicted,
                                            absl::Span<const double> actual);

// Mean of |predicted - actual|.
absl::StatusOr<double> MeanAbsoluteError(absl::Span<const double> predicted,
                                         absl::Span<const double> actual);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_REGRESSION_H_
