#ifndef CLIENTELE_COMMON_CHANGEFEED_BACKOFF_H_
#define CLIENTELE_COMMON_CHANGEFEED_BACKOFF_H_

#include "absl/time/time.h"

namespace clientele::changefeed {

// How long to wait after consecutive failures.
struct BackoffOptions {
  absl::Duration initial = absl::Milliseconds(100);
  absl::Duration maximum = absl::Seconds(5);
  double factor = 2.0;  // at least 1
};

// The wait after the `failures`-th failure in a row (from 1):
// min(maximum, initial * factor^(failures-1)) * (0.5 + 0.5 * uniform), with
// `uniform` in [0, 1): "equal jitter", which spreads replicas that failed
// together and never waits less than half. Pure.
absl::Duration BackoffDelay(const BackoffOptions& options, int failures, double uniform);

}  // namespace clientele::changefeed

#endif  // CLIENTELE_COMMON_CHANGEFEED_BACKOFF_H_
