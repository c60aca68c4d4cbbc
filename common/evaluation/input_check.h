#ifndef CLIENTELE_COMMON_EVALUATION_INPUT_CHECK_H_
#define CLIENTELE_COMMON_EVALUATION_INPUT_CHECK_H_

// What the metrics ask of their rows. For the files of this folder alone.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::evaluation {

// At least one row, as many of both.
absl::Status CheckRows(std::size_t predictions, std::size_t labels);
// And all finite.
absl::Status CheckFinite(absl::Span<const double> values, absl::string_view what);
// And from 0 to 1.
absl::Status CheckProbabilities(absl::Span<const double> values);
// And labels 0 or 1.
absl::Status CheckBinary(absl::Span<const int> labels);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_INPUT_CHECK_H_
