#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEMS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEMS_H_

// What callers do with items: checks, then the store. The catalog in memory is told of each write,
// and takes it in when it is read next: a recommendation that begins after a write was answered
// counts it in this process, and within a second in the others.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/items/item_store.h"

namespace clientele::recommend {

inline constexpr int kMaxItemBatch = 1000;
inline constexpr int kMaxItemCheck = 5000;

// One page as callers see it.
struct ItemListing {
  std::vector<Item> items;
  std::string next_page_token;
};

// Thread-safe. Errors are those of ItemStore, and INVALID_ARGUMENT with every
// violation at once, in which case nothing is changed.
class Items {
 public:
  // Borrowed.
  Items(ItemStore* store, Catalog* catalog) : store_(store), catalog_(catalog) {}

  absl::StatusOr<Item> Create(const RequestContext& context, const MutationId& mutation,
                              const Item& item, bool validate_only);
  absl::StatusOr<BatchCreated> BatchCreate(const RequestContext& context,
                                           const MutationId& mutation,
                                           const std::vector<Item>& items);
  absl::StatusOr<Item> Get(const RequestContext& context, absl::string_view id);
  // `page_size` from 1 on. INVALID_ARGUMENT for a token that is not ours.
  absl::StatusOr<ItemListing> List(const RequestContext& context, int page_size,
                                   absl::string_view page_token);
  absl::StatusOr<Item> Update(const RequestContext& context, const MutationId& mutation,
                              const ItemUpdate& update, bool validate_only);
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      absl::string_view id, absl::string_view etag);
  absl::StatusOr<std::vector<std::string>> Missing(const RequestContext& context,
                                                   const std::vector<std::string>& ids);

 private:
  ItemStore* const store_;
  Catalog* const catalog_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEMS_H_
