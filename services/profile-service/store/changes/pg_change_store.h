#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_PG_CHANGE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_PG_CHANGE_STORE_H_

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_store.h"

namespace clientele::profile {

// Reads profile.changes joined with the events as they are now, and snapshots from
// profile.customers and profile.events. The place in a snapshot, which names a customer, is
// encrypted.
class PgChangeStore final : public ChangeStore {
 public:
  // All borrowed; they outlive the store.
  PgChangeStore(postgres::ConnectionPool* pool, const crypto::Cipher* cipher, const Clock* clock)
      : pool_(pool), cipher_(cipher), clock_(clock) {}

  absl::StatusOr<FeedState> State(const RequestContext& context) override;
  absl::StatusOr<ChangePage> Read(const RequestContext& context, int64_t after,
                                  const PageLimit& limit) override;
  absl::StatusOr<std::optional<absl::Time>> TimeOf(const RequestContext& context,
                                                   int64_t seq) override;
  absl::StatusOr<SnapshotPage> ReadSnapshot(const RequestContext& context, absl::string_view place,
                                            const PageLimit& limit) override;
  absl::Status Acknowledge(const RequestContext& context, absl::string_view follower,
                           absl::string_view epoch, int64_t seq) override;
  absl::Status RenewEpoch(const RequestContext& context, absl::string_view expected) override;
  absl::StatusOr<int64_t> Compact(const RequestContext& context, absl::Time before,
                                  int64_t limit) override;

 private:
  absl::StatusOr<std::optional<SnapshotKey>> OpenPlace(absl::string_view place) const;

  postgres::ConnectionPool* const pool_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
};

// Begins a new epoch, whatever the present one is.
absl::Status BeginEpoch(postgres::ConnectionPool& pool, const RequestContext& context);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CHANGES_PG_CHANGE_STORE_H_
