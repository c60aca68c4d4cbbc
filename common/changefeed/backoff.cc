#include "common/changefeed/backoff.h"

#include <algorithm>
#include <cmath>

namespace clientele::changefeed {

absl::Duration BackoffDelay(const BackoffOptions& options, int failures, double uniform) {
  const double grown =
      absl::ToDoubleSeconds(options.initial) * std::pow(options.factor, std::max(0, failures - 1));
  const double bounded = std::min(grown, absl::ToDoubleSeconds(options.maximum));
  return absl::Seconds(bounded * (0.5 + 0.5 * uniform));
}

}  // namespace clientele::changefeed
