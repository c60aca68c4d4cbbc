#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_PG_MERGE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_PG_MERGE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/merges/merge_store.h"

namespace clientele::profile {

// profile.merges, profile.matches and profile.customers.survivor_id.
//
// Locks: who merges or undoes a merge is alone at it (BeginMerging), then takes the customers' rows
// FOR NO KEY UPDATE, which lets events be stored meanwhile.
class PgMergeStore final : public MergeStore {
 public:
  // All borrowed; they outlive the store.
  PgMergeStore(postgres::ConnectionPool* pool, const Ledger* ledger, const Clock* clock)
      : pool_(pool), ledger_(ledger), clock_(clock) {}

  absl::StatusOr<std::vector<Merge>> MergeCustomers(const RequestContext& context,
                                                    const MutationId& mutation,
                                                    const MergePlan& plan,
                                                    const consent::Policy& policy) override;
  absl::StatusOr<Merge> UndoMerge(const RequestContext& context, const MutationId& mutation,
                                  std::int64_t id, const consent::Policy& policy) override;
  absl::StatusOr<std::vector<Merge>> ListMerges(const RequestContext& context,
                                                absl::string_view customer_id, std::int64_t before,
                                                int limit) override;
  absl::StatusOr<std::vector<Match>> ListMatches(const RequestContext& context,
                                                 const std::optional<MatchPosition>& after,
                                                 int limit) override;
  absl::StatusOr<Match> DismissMatch(const RequestContext& context, const MutationId& mutation,
                                     std::int64_t id) override;
  absl::StatusOr<std::optional<std::int64_t>> BeginSearch(const RequestContext& context,
                                                          absl::Time now,
                                                          absl::Duration lease) override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> DismissedPersons(
      const RequestContext& context) override;
  absl::StatusOr<std::vector<std::int64_t>> Propose(const RequestContext& context,
                                                    std::int64_t search,
                                                    const std::vector<Match>& matches,
                                                    absl::Time now) override;
  absl::Status EndSearch(const RequestContext& context, std::int64_t search) override;

 private:
  // Within a transaction. The ids of the merges that were made, as they are remembered.
  absl::StatusOr<std::string> MergeIn(postgres::Transaction& transaction, const MergePlan& plan,
                                      const consent::Policy& policy) const;
  absl::Status UndoIn(postgres::Transaction& transaction, std::int64_t id,
                      const consent::Policy& policy) const;

  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_PG_MERGE_STORE_H_
