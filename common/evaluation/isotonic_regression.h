#ifndef CLIENTELE_COMMON_EVALUATION_ISOTONIC_REGRESSION_H_
#define CLIENTELE_COMMON_EVALUATION_ISOTONIC_REGRESSION_H_

// The nondecreasing function that is nearest to what was measured: scores become probabilities
// without a guess at the curve's shape. It wants a thousand rows or more; platt_scaling.h does with
// fewer.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const IsotonicRegression curve, FitIsotonic(scores, was_right));
//   const double probability = curve.Value(score);
//
// Values; thread-safe.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// Points of a piecewise linear curve. Made by FitIsotonic or from stored points.
struct IsotonicRegression {
  std::vector<double> scores;  // strictly ascending
  std::vector<double> values;  // as many, nondecreasing

  // Between two points the line between them, beyond the ends the ends' own values; NaN for NaN
  // and for a curve without points.
  double Value(double score) const;

  friend bool operator==(const IsotonicRegression&, const IsotonicRegression&) = default;
};

// Least squares over the rows by pooling adjacent violators (Ayer et al., An empirical distribution
// function for sampling with incomplete information, 1955; for probabilities: Zadrozny, Elkan,
// Transforming classifier scores into accurate multiclass probability estimates, KDD 2002). Rows of
// equal score are one point of their mean. Each pool keeps its first and its last score.
//
// INVALID_ARGUMENT for no rows, lists of different lengths, and values that are not finite.
absl::StatusOr<IsotonicRegression> FitIsotonic(absl::Span<const double> scores,
                                               absl::Span<const double> targets);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_ISOTONIC_REGRESSION_H_
