#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_PG_ITEM_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_PG_ITEM_STORE_H_

#include <string>
#include <vector>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/item_store.h"

namespace clientele::recommend {

// Items in recommend.items. An etag is the revision of the last change. Borrows
// its dependencies; thread-safe.
class PgItemStore final : public ItemStore, public CatalogStore {
 public:
  PgItemStore(postgres::ConnectionPool* pool, const Ledger* ledger, const Clock* clock)
      : pool_(pool), ledger_(ledger), clock_(clock) {}

  absl::StatusOr<Item> Create(const RequestContext& context, const MutationId& mutation,
                              const Item& item, bool validate_only) override;
  absl::StatusOr<BatchCreated> BatchCreate(const RequestContext& context,
                                           const MutationId& mutation,
                                           const std::vector<Item>& items) override;
  absl::StatusOr<Item> Get(const RequestContext& context, absl::string_view id) override;
  absl::StatusOr<ItemPage> List(const RequestContext& context, absl::string_view after_id,
                                int limit) override;
  absl::StatusOr<Item> Update(const RequestContext& context, const MutationId& mutation,
                              const ItemUpdate& update, bool validate_only) override;
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      absl::string_view id, absl::string_view etag) override;
  absl::StatusOr<std::vector<std::string>> Missing(const RequestContext& context,
                                                   const std::vector<std::string>& ids) override;

  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext& context,
                                            std::int64_t revision) override;
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext& context,
                                                    std::int64_t revision) override;

  // Forgets items that were deleted before `before`.
  absl::Status PruneTombstones(const RequestContext& context, absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const Clock* const clock_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_PG_ITEM_STORE_H_
