#include "common/evaluation/input_check.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace clientele::evaluation {

absl::Status CheckRows(std::size_t predictions, std::size_t labels) {
  if (predictions != labels) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", predictions, " predictions and ", labels, " labels"));
  }
  if (labels == 0) return absl::InvalidArgumentError("there is no row to evaluate");
  return absl::OkStatus();
}

absl::Status CheckFinite(absl::Span<const double> values, absl::string_view what) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return absl::InvalidArgumentError(
          absl::StrCat("the ", what, " of row ", i, " is ", values[i], ": it must be finite"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckProbabilities(absl::Span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= 0 && values[i] <= 1)) {
      return absl::InvalidArgumentError(absl::StrCat("the probability of row ", i, " is ",
                                                     values[i], ": it must be from 0 to 1"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBinary(absl::Span<const int> labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 0 && labels[i] != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("the label of row ", i, " is ", labels[i], ": it must be 0 or 1"));
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::evaluation
