#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_COUNT_METER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_COUNT_METER_H_

#include <mutex>

namespace clientele::profile {

// What transactions counted since the process started, for its metrics. Thread-safe.
//
//   meter.Add(group.left_out());   // once that is committed
//   meter.counts().robots;
template <class Counts>
class CountMeter {
 public:
  void Add(const Counts& more) {
    const std::lock_guard lock(mutex_);
    counts_ += more;
  }
  Counts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_COUNT_METER_H_
