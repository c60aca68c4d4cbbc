#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_PG_UPGRADE_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_PG_UPGRADE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/postgres/connection_pool.h"
#include "services/qa-service/core/upgrades/upgrade_store.h"

namespace clientele::qa {

// Setups and trials in qa.serving_setup and qa.upgrade_trials. See core/upgrades/upgrade_store.h
// for the contract.
class PgUpgradeStore final : public UpgradeStore {
 public:
  // Borrowed; outlives the store.
  explicit PgUpgradeStore(postgres::ConnectionPool* pool) : pool_(pool) {}

  absl::StatusOr<std::optional<ServingSetup>> Serving(const RequestContext& context) override;
  absl::StatusOr<std::optional<UpgradeTrial>> Find(const RequestContext& context,
                                                   const UpgradeKey& key) override;
  absl::StatusOr<UpgradeTrial> Record(const RequestContext& context,
                                      const UpgradeTrial& trial) override;
  absl::StatusOr<std::vector<UpgradeTrial>> List(const RequestContext& context,
                                                 const std::string& encoder,
                                                 std::int64_t limit) override;

 private:
  postgres::ConnectionPool* const pool_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_UPGRADES_PG_UPGRADE_STORE_H_
