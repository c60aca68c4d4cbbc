#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_TRAITS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_TRAITS_H_

// What items can have in common beside their category: the brand, and texts of attributes.
//
//   TraitsOf(item);   // {{"", "Acme"}, {"color", "red"}}

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/recommend-service/core/items/catalog_snapshot.h"

namespace clientele::recommend {

// Lives as long as its item.
struct ItemTrait {
  absl::string_view attribute;  // empty: the brand
  absl::string_view value;

  bool is_brand() const { return attribute.empty(); }
  friend bool operator==(const ItemTrait& a, const ItemTrait& b) {
    return a.attribute == b.attribute && a.value == b.value;
  }
};

// The brand first, then by attribute. Numbers are no traits.
std::vector<ItemTrait> TraitsOf(const CatalogItem& item);

bool HasTrait(const CatalogItem& item, const ItemTrait& trait);

// One text for each trait.
std::string TraitKey(const ItemTrait& trait);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_TRAITS_H_
