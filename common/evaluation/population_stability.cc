#include "common/evaluation/population_stability.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/status/status.h"

#include "common/status/status_macros.h"

namespace clientele::evaluation {
namespace {

absl::StatusOr<double> SumOfCounts(absl::Span<const double> counts) {
  double sum = 0;
  for (const double count : counts) {
    if (!std::isfinite(count) || count < 0) {
      return absl::InvalidArgumentError("counts must be finite and not negative");
    }
    sum += count;
  }
  if (sum <= 0) return absl::InvalidArgumentError("there is nothing in the bins");
  return sum;
}

}  // namespace

absl::StatusOr<double> PopulationStabilityIndex(absl::Span<const double> expected,
                                                absl::Span<const double> actual) {
  if (expected.size() != actual.size()) {
    return absl::InvalidArgumentError("both distributions must have the same bins");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const double all_expected, SumOfCounts(expected));
  CLIENTELE_ASSIGN_OR_RETURN(const double all_actual, SumOfCounts(actual));
  double index = 0;
  for (std::size_t bin = 0; bin < expected.size(); ++bin) {
    const double e = std::max(expected[bin] / all_expected, kSmallestShare);
    const double a = std::max(actual[bin] / all_actual, kSmallestShare);
    index += (a - e) * std::log(a / e);
  }
  return index;
}

}  // namespace clientele::evaluation
