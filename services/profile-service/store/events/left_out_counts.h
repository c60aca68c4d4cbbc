#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_LEFT_OUT_COUNTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_LEFT_OUT_COUNTS_H_

#include <cstdint>

namespace clientele::profile {

// Events that are left out, by the reason.
struct LeftOutCounts {
  std::int64_t robots = 0;
  std::int64_t rapid = 0;

  LeftOutCounts& operator+=(const LeftOutCounts& more) {
    robots += more.robots;
    rapid += more.rapid;
    return *this;
  }
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_LEFT_OUT_COUNTS_H_
