#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"

namespace clientele::recommend {

// Something that can be recommended. A plain value.
struct Item {
  std::string id;  // 1 to 64 of letters, digits, '.', '_', '-'
  std::string title;
  std::string description;
  std::string category;
  std::int64_t price_micros = 0;  // millionths of the currency unit
  std::string currency_code;      // ISO 4217
  std::string image_uri;
  bool available = true;
  absl::Time create_time;  // set by the store
  absl::Time update_time;  // set by the store
  std::string etag;        // set by the store; changes with every update
};

// Fields that an update may name.
enum class ItemField {
  kTitle,
  kDescription,
  kCategory,
  kPriceMicros,
  kCurrencyCode,
  kImageUri,
  kAvailable,
};

// What a caller wants changed.
struct ItemUpdate {
  Item item;                      // id says which; etag, where set, must be current
  std::vector<ItemField> fields;  // the fields of `item` to take over
};

// True for 1 to 64 of letters, digits, '.', '_', '-'.
bool IsItemId(absl::string_view id);

// Adds every violation of the proto's limits; paths start with `prefix`, such as
// "item." or "items[3].". The id is reported as `prefix` + `id_field`.
void CheckItem(const Item& item, absl::string_view prefix, absl::string_view id_field,
               FieldViolations& violations);

// `current` with the update's fields taken over. Pure; checks nothing.
Item Updated(const Item& current, const ItemUpdate& update);

// One page of items by id, ascending.
struct ItemPage {
  std::vector<Item> items;
  std::string next_id;  // the last id of this page when there is more, else empty
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_H_
