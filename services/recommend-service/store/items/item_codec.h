#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_ITEM_CODEC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_ITEM_CODEC_H_

// Parts of items as columns, and results of item mutations as the idempotency ledger keeps them
// (JSON).

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/items/item_store.h"

namespace clientele::recommend {

// DATA_LOSS for anything that Encode... did not make.
std::string EncodeTexts(const std::vector<std::string>& texts);
absl::StatusOr<std::vector<std::string>> DecodeTexts(absl::string_view json);
std::string EncodeAttributes(const ItemAttributes& attributes);
absl::StatusOr<ItemAttributes> DecodeAttributes(absl::string_view json);

std::string EncodeItem(const Item& item);
// DATA_LOSS for anything that EncodeItem did not make.
absl::StatusOr<Item> DecodeItem(absl::string_view text);

std::string EncodeBatchCreated(const BatchCreated& created);
absl::StatusOr<BatchCreated> DecodeBatchCreated(absl::string_view text);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_ITEM_CODEC_H_
