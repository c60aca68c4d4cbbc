#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_AUDIENCES_PG_AUDIENCE_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_AUDIENCES_PG_AUDIENCE_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/postgres/connection_pool.h"
#include "services/recommend-service/core/audiences/audience_store.h"

namespace clientele::recommend {

// Reads customers by pages of keys in one snapshot, which holds a connection for as long as a pass
// takes. Borrows the pool; thread-safe.
class PgAudienceStore final : public AudienceStore {
 public:
  // A page has `page_rows` customers, at least 1.
  explicit PgAudienceStore(postgres::ConnectionPool* pool, int page_rows = 5000)
      : pool_(pool), page_rows_(page_rows) {}

  absl::StatusOr<std::int64_t> ReadCustomers(
      const RequestContext& context, const AudienceRead& read,
      absl::FunctionRef<absl::Status(std::vector<AudienceCandidate>)> take) override;
  absl::StatusOr<std::vector<std::vector<ItemHistory>>> Histories(
      const RequestContext& context, const std::vector<std::string>& customer_ids) override;

 private:
  postgres::ConnectionPool* const pool_;
  const int page_rows_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_AUDIENCES_PG_AUDIENCE_STORE_H_
