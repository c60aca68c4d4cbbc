#ifndef CLIENTELE_COMMON_EVALUATION_PLATT_SCALING_H_
#define CLIENTELE_COMMON_EVALUATION_PLATT_SCALING_H_

// Scores of any scale become probabilities: 1 / (1 + exp(-(slope * score + intercept))).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PlattScaling scaling, FitPlattScaling(margins, labels));
//   const double probability = scaling.Probability(margin);
//
// Two numbers, so that a few hundred rows are enough; the rows are not those that the model was
// trained on. Values; thread-safe.

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

struct PlattScaling {
  double slope = 1;
  double intercept = 0;

  double Probability(double score) const;

  friend bool operator==(const PlattScaling&, const PlattScaling&) = default;
};

// The likeliest pair for labels softened to (N+ + 1) / (N+ + 2) and 1 / (N- + 2), so that rows that
// are told apart without a mistake still give finite numbers (Platt, Probabilistic outputs for
// support vector machines, 1999), found by Newton's method with backtracking (Lin, Lin, Weng, A
// note on Platt's probabilistic outputs, Machine Learning 2007).
//
// INVALID_ARGUMENT for no rows, lists of different lengths, scores that are not finite, labels but
// 0 and 1.
absl::StatusOr<PlattScaling> FitPlattScaling(absl::Span<const double> scores,
                                             absl::Span<const int> labels);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_PLATT_SCALING_H_
