#include "common/inference/generation/logits.h"

#include <algorithm>
#include <cmath>

#include "common/status/error_details.h"

namespace clientele::inference {

absl::Status CheckLogits(absl::Span<const float> logits) {
  const bool finite =
      std::all_of(logits.begin(), logits.end(), [](float value) { return std::isfinite(value); });
  if (!logits.empty() && finite) return absl::OkStatus();
  return WithReason(absl::InternalError("the model gave logits that are not finite numbers"),
                    reason::kInternal);
}

void LogSoftmax(absl::Span<const float> logits, absl::Span<float> out) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float value : logits) sum += std::exp(static_cast<double>(value - largest));
  const auto log_sum = static_cast<float>(std::log(sum));
  for (std::size_t i = 0; i < logits.size(); ++i) out[i] = (logits[i] - largest) - log_sum;
}

}  // namespace clientele::inference
