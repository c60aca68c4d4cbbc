#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_ITEM_CONVERSION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_ITEM_CONVERSION_H_

// Items and filters of items between the protos and core's types. Pure and thread-safe. Limits are
// core's to check; what a core type cannot hold is refused here.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/items/item_filter.h"

namespace clientele::recommend {

// `id` replaces item.name. INVALID_ARGUMENT for a time that is none; fields are told behind
// `prefix`. Times are rounded down to microseconds, which the store keeps.
absl::StatusOr<Item> FromProto(const v1::Item& proto, std::string id,
                               absl::string_view prefix = "item.");
v1::Item ToProto(const Item& item);

// From items[i].name; every wrong name is told at once.
absl::StatusOr<std::vector<Item>> FromProto(const v1::BatchCreateItemsRequest& request);
absl::StatusOr<ItemUpdate> FromProto(const v1::UpdateItemRequest& request);

ItemFilter FromProto(const v1::ItemFilter& proto);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_ITEM_CONVERSION_H_
