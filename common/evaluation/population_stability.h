#ifndef CLIENTELE_COMMON_EVALUATION_POPULATION_STABILITY_H_
#define CLIENTELE_COMMON_EVALUATION_POPULATION_STABILITY_H_

// How far a distribution has moved from the one that a model was trained on.
//
//   PopulationStabilityIndex({50, 50}, {25, 75})   // 0.2747
//
// With the shares e_i of what was expected and a_i of what came, over the same bins,
//
//   PSI = sum_i (a_i - e_i) ln(a_i / e_i)
//
// (Siddiqi, Credit Risk Scorecards, Wiley 2006; the symmetric divergence of Jeffreys,
// 1946). By its convention, below 0.1 nothing to speak of has changed, from 0.1 to 0.25 something
// has, and above 0.25 so much that the model should be trained again. Of n rows drawn from the same
// distribution over b bins it is (b - 1) / n on average, so small samples say little (Yurdakul,
// Statistical properties of population stability index, 2018).
//
// Pure function, thread-safe.

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// A share below this counts as this: a bin that was empty gives no infinite index.
inline constexpr double kSmallestShare = 1e-4;

// Of counts, or shares, in the same bins. 0 where both are alike, else positive. INVALID_ARGUMENT
// where their numbers differ, one is negative or not finite, or the sum of one side is 0.
absl::StatusOr<double> PopulationStabilityIndex(absl::Span<const double> expected,
                                                absl::Span<const double> actual);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_POPULATION_STABILITY_H_
