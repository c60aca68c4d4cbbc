#ifndef CLIENTELE_COMMON_TIME_CLOCK_H_
#define CLIENTELE_COMMON_TIME_CLOCK_H_

// Time as a dependency, so that tests decide what time it is.
//
//   explicit Cache(const Clock* clock) : clock_(clock) {}   // borrowed, outlives the cache
//   if (clock_->Now() > entry.expiry) ...
//
// Tests use tests/support/fake_clock.h.

#include "absl/time/time.h"

namespace clientele {

class Clock {
 public:
  virtual ~Clock() = default;
  // The current time. Thread-safe.
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
  // Shared and never destroyed.
  static const SystemClock* Get();
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_TIME_CLOCK_H_
