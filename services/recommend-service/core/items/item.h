#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/recommend-service/core/items/item_attributes.h"

namespace clientele::recommend {

// Something that can be recommended. A plain value.
struct Item {
  std::string id;  // 1 to 64 of letters, digits, '.', '_', '-'
  std::string title;
  std::string description;
  std::string category;
  std::vector<std::string> parent_categories;  // above `category`, the widest first
  std::string brand;
  ItemAttributes attributes;
  std::int64_t price_micros = 0;  // millionths of the currency unit
  std::string currency_code;      // ISO 4217
  std::string image_uri;
  std::vector<std::string> additional_image_uris;
  bool available = true;
  // While it is available: from the first on, before the second.
  absl::Time available_from = absl::InfinitePast();
  absl::Time available_until = absl::InfiniteFuture();
  absl::Time create_time;  // set by the store
  absl::Time update_time;  // set by the store
  std::string etag;        // set by the store; changes with every update
};

// Fields that an update may name.
enum class ItemField {
  kTitle,
  kDescription,
  kCategory,
  kParentCategories,
  kBrand,
  kAttributes,
  kPriceMicros,
  kCurrencyCode,
  kImageUri,
  kAdditionalImageUris,
  kAvailable,
  kAvailableFrom,
  kAvailableUntil,
};

// What a caller wants changed.
struct ItemUpdate {
  Item item;                      // id says which; etag, where set, must be current
  std::vector<ItemField> fields;  // the fields of `item` to take over
  // Single attributes to take over; those that `item` lacks are removed.
  std::vector<std::string> attributes = {};
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
