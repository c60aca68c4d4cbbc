#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_MAINTENANCE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_MAINTENANCE_H_

// What profile-service does once, and then ends.

#include "absl/status/status.h"

#include "services/profile-service/server.h"

namespace clientele::profile {

// Brings the schema to this version; what --migrate_and_exit does.
absl::Status MigrateSchema(const ServerOptions& options);

// Encrypts again what is stored under older keys of the ring; what --reencrypt_and_exit does.
absl::Status ReencryptData(const ServerOptions& options);

// Begins a new epoch of the change feed, so that every follower resynchronizes; what --new_epoch
// does. For a database that was restored from a backup.
absl::Status BeginFeedEpoch(const ServerOptions& options);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_MAINTENANCE_H_
