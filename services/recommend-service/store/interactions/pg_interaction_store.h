#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_INTERACTIONS_PG_INTERACTION_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_INTERACTIONS_PG_INTERACTION_STORE_H_

#include <cstdint>
#include <vector>

#include "common/postgres/connection_pool.h"
#include "services/recommend-service/core/interactions/interaction_store.h"

namespace clientele::recommend {

// Reads recommend.interactions and writes recommend.anonymous_interactions. Borrows
// the pool; thread-safe.
class PgInteractionStore final : public InteractionStore {
 public:
  explicit PgInteractionStore(postgres::ConnectionPool* pool) : pool_(pool) {}

  absl::StatusOr<AnonymousCreated> BatchCreateAnonymous(
      const RequestContext& context,
      const std::vector<AnonymousInteraction>& interactions) override;
  absl::StatusOr<ItemStatistics> Statistics(const RequestContext& context,
                                            absl::string_view item_id) override;
  absl::StatusOr<CustomerHistory> History(const RequestContext& context,
                                          absl::string_view customer_id, const ModelIdentity& model,
                                          std::int64_t known_revision = 0) override;

 private:
  postgres::ConnectionPool* const pool_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_INTERACTIONS_PG_INTERACTION_STORE_H_
