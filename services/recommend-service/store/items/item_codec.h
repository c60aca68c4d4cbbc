#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_ITEM_CODEC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_ITEM_CODEC_H_

// Results of item mutations as the idempotency ledger keeps them (JSON).

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/items/item_store.h"

namespace clientele::recommend {

std::string EncodeItem(const Item& item);
// DATA_LOSS for anything that EncodeItem did not make.
absl::StatusOr<Item> DecodeItem(absl::string_view text);

std::string EncodeBatchCreated(const BatchCreated& created);
absl::StatusOr<BatchCreated> DecodeBatchCreated(absl::string_view text);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_ITEMS_ITEM_CODEC_H_
