#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {

// What BatchCreate did.
struct BatchCreated {
  std::int64_t created = 0;
  std::int64_t existing = 0;  // were there before, or earlier in the same batch
};

// Where items live. Arguments were checked by the caller. Every mutation is one
// transaction that also writes the idempotency ledger. UNAVAILABLE (reason
// DATABASE_UNAVAILABLE) when the database cannot be reached. Thread-safe.
class ItemStore {
 public:
  virtual ~ItemStore() = default;

  // ALREADY_EXISTS when the id is taken. `validate_only` changes nothing.
  virtual absl::StatusOr<Item> Create(const RequestContext& context, const MutationId& mutation,
                                      const Item& item, bool validate_only) = 0;
  virtual absl::StatusOr<BatchCreated> BatchCreate(const RequestContext& context,
                                                   const MutationId& mutation,
                                                   const std::vector<Item>& items) = 0;
  // NOT_FOUND when there is none.
  virtual absl::StatusOr<Item> Get(const RequestContext& context, absl::string_view id) = 0;
  // Items with an id greater than `after_id`.
  virtual absl::StatusOr<ItemPage> List(const RequestContext& context, absl::string_view after_id,
                                        int limit) = 0;
  // NOT_FOUND; ABORTED (ETAG_MISMATCH); INVALID_ARGUMENT when the item as updated
  // breaks a limit.
  virtual absl::StatusOr<Item> Update(const RequestContext& context, const MutationId& mutation,
                                      const ItemUpdate& update, bool validate_only) = 0;
  // NOT_FOUND; ABORTED (ETAG_MISMATCH) when `etag` is set and not current.
  virtual absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                              absl::string_view id, absl::string_view etag) = 0;
  // Those of `ids` that are not stored, in their order.
  virtual absl::StatusOr<std::vector<std::string>> Missing(const RequestContext& context,
                                                           const std::vector<std::string>& ids) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_STORE_H_
