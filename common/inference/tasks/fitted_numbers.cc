#include "common/inference/tasks/fitted_numbers.h"

#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace clientele::inference {

absl::StatusOr<std::shared_ptr<const FittedNumbers>> ReadFittedNumbers(
    const model::v1::Bundle& manifest) {
  FittedNumbers numbers;
  for (const auto& [name, text] : manifest.settings()) {
    if (!absl::StartsWith(name, kConfidencePrefix)) continue;
    double number = 0;
    if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) {
      return absl::FailedPreconditionError(absl::StrCat("settings.", name, " must be a number"));
    }
    numbers.emplace(name, number);
  }
  return std::make_shared<const FittedNumbers>(std::move(numbers));
}

}  // namespace clientele::inference
