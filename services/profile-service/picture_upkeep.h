#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_UPKEEP_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_UPKEEP_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/process/service_process.h"
#include "services/profile-service/core/media/media_store.h"
#include "services/profile-service/core/media/picture_worker.h"
#include "services/profile-service/picture_resources.h"

namespace clientele::profile {

// What the service does with pictures by itself: its models look at those that wait, and those
// that are too old go. Everything is borrowed and outlives it; the process stops before it goes.
class PictureUpkeep {
 public:
  // Before the process starts. `retention` zero: pictures stay.
  PictureUpkeep(process::ServiceProcess* process, MediaStore* store,
                const PictureResources& resources, absl::Duration pause, absl::Duration retention);

 private:
  absl::Status DropOld(const RequestContext& context);

  process::ServiceProcess* const process_;
  MediaStore* const store_;
  const absl::Duration retention_;
  PictureWorker worker_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_PICTURE_UPKEEP_H_
