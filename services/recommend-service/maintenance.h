#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_MAINTENANCE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_MAINTENANCE_H_

// What recommend-service does once, and then ends.

#include "absl/status/status.h"

#include "services/recommend-service/server.h"

namespace clientele::recommend {

// Brings the schema to this version; what --migrate_and_exit does.
absl::Status MigrateSchema(const ServerOptions& options);

// Encrypts again what is stored under older keys of the ring; what --reencrypt_and_exit does.
absl::Status ReencryptData(const ServerOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_MAINTENANCE_H_
