#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_METER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_METER_H_

#include <mutex>

#include "services/profile-service/store/quarantine/quarantine_writer.h"

namespace clientele::profile {

// What became of rejected events since the process started, for its metrics. Thread-safe.
//
//   meter.Add(group.quarantined());   // once that is committed
//   meter.counts().full;
class QuarantineMeter {
 public:
  void Add(const QuarantineCounts& more) {
    const std::lock_guard lock(mutex_);
    counts_.kept += more.kept;
    counts_.known += more.known;
    counts_.full += more.full;
    counts_.too_large += more.too_large;
    counts_.deleted += more.deleted;
  }
  QuarantineCounts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  QuarantineCounts counts_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_QUARANTINE_QUARANTINE_METER_H_
