#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_SNAPSHOT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_SNAPSHOT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "services/profile-service/core/changes/change.h"

namespace clientele::profile {

struct SnapshotCustomer {
  std::string id;
  consent::Consents consents;
  std::string survivor_id = {};
};

// What a store read behind a place of a snapshot: customers above its customer, and events above
// its key, both ascending. `more_...`: there may be more behind the last, which is there then.
struct SnapshotRows {
  std::vector<SnapshotCustomer> customers;
  bool more_customers = false;
  std::vector<Event> events;
  bool more_events = false;
};

// The page of what was read behind `after` (nullopt: from the beginning), within `limit`: each
// customer, then their events. Goes no further than both kinds of rows do. Sets neither
// next_place nor epoch. Pure.
SnapshotPage MakeSnapshotPage(std::optional<SnapshotKey> after, SnapshotRows rows,
                              const PageLimit& limit, absl::Time now);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_SNAPSHOT_H_
