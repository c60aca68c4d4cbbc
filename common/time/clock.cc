#include "common/time/clock.h"

#include "absl/time/clock.h"

namespace clientele {

absl::Time SystemClock::Now() const { return absl::Now(); }

const SystemClock* SystemClock::Get() {
  static const auto* const clock = new SystemClock;
  return clock;
}

}  // namespace clientele
