#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_AUDIENCES_PG_MARKETING_CONSENT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_AUDIENCES_PG_MARKETING_CONSENT_H_

#include <string>
#include <vector>

#include "common/consent/consent.h"
#include "common/postgres/connection_pool.h"
#include "services/recommend-service/core/audiences/marketing_consent.h"

namespace clientele::recommend {

// What the change feed told of customers' consents. Whoever is addressed consented to marketing,
// and to the use of their history, by which they are chosen. Borrows the pool; thread-safe.
class PgMarketingConsent final : public MarketingConsent {
 public:
  PgMarketingConsent(postgres::ConnectionPool* pool, const consent::Policy& policy)
      : pool_(pool), policy_(policy) {}

  bool is_known() const override { return true; }
  absl::StatusOr<std::vector<std::string>> WithConsent(
      const RequestContext& context, std::vector<std::string> customer_ids) override;

 private:
  postgres::ConnectionPool* const pool_;
  const consent::Policy policy_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_AUDIENCES_PG_MARKETING_CONSENT_H_
