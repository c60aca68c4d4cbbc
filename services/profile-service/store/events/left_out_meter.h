#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_LEFT_OUT_METER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_LEFT_OUT_METER_H_

#include <cstdint>
#include <mutex>

namespace clientele::profile {

// Events that are left out, by the reason.
struct LeftOutCounts {
  std::int64_t robots = 0;
  std::int64_t rapid = 0;
};

// Those of this process since it started, for its metrics. Thread-safe.
//
//   meter.Add(group.left_out());   // once that is committed
//   meter.counts().robots;
class LeftOutMeter {
 public:
  void Add(const LeftOutCounts& more) {
    const std::lock_guard lock(mutex_);
    counts_.robots += more.robots;
    counts_.rapid += more.rapid;
  }
  LeftOutCounts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  LeftOutCounts counts_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_LEFT_OUT_METER_H_
