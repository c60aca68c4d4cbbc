#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PROFILES_PG_PROFILE_VERSIONS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PROFILES_PG_PROFILE_VERSIONS_H_

#include <cstdint>

#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/profiles/profile_versions.h"

namespace clientele::profile {

// Reads profile.changes and profile.pending_texts of a person's customers.
class PgProfileVersions final : public ProfileVersions {
 public:
  // Borrowed; it outlives the store.
  explicit PgProfileVersions(postgres::ConnectionPool* pool) : pool_(pool) {}

  absl::StatusOr<ProfileVersion> Version(const RequestContext& context,
                                         absl::string_view customer_id) override;
  absl::StatusOr<bool> Contains(const RequestContext& context, absl::string_view customer_id,
                                std::int64_t change) override;

 private:
  postgres::ConnectionPool* const pool_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_PROFILES_PG_PROFILE_VERSIONS_H_
