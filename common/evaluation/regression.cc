#include "common/evaluation/regression.h"

#include <cmath>
#include <cstddef>

#include "absl/status/status.h"

#include "common/evaluation/input_check.h"
#include "common/status/status_macros.h"

namespace clientele::evaluation {
namespace {

absl::Status Check(absl::Span<const double> predicted, absl::Span<const double> actual) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(predicted.size(), actual.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckFinite(predicted, "prediction"));
  return CheckFinite(actual, "actual value");
}

}  // namespace

absl::StatusOr<double> RootMeanSquaredError(absl::Span<const double> predicted,
                                            absl::Span<const double> actual) {
  CLIENTELE_RETURN_IF_ERROR(Check(predicted, actual));
  double squares = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double error = predicted[i] - actual[i];
    squares += error * error;
  }
  return std::sqrt(squares / static_cast<double>(actual.size()));
}

absl::StatusOr<double> MeanAbsoluteError(absl::Span<const double> predicted,
                                         absl::Span<const double> actual) {
  CLIENTELE_RETURN_IF_ERROR(Check(predicted, actual));
  double sum = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) sum += std::abs(predicted[i] - actual[i]);
  return sum / static_cast<double>(actual.size());
}

}  // namespace clientele::evaluation
