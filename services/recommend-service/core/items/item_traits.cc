#include "services/recommend-service/core/items/item_traits.h"

#include <algorithm>

namespace clientele::recommend {

std::vector<ItemTrait> TraitsOf(const CatalogItem& item) {
  std::vector<ItemTrait> traits;
  if (!item.brand.empty()) traits.push_back({"", item.brand});
  for (const auto& [name, value] : item.attributes) {
    for (const absl::string_view text : AttributeTexts(value)) traits.push_back({name, text});
  }
  return traits;
}

bool HasTrait(const CatalogItem& item, const ItemTrait& trait) {
  if (trait.is_brand()) return item.brand == trait.value;
  const auto found = item.attributes.find(trait.attribute);
  if (found == item.attributes.end()) return false;
  const std::vector<absl::string_view> texts = AttributeTexts(found->second);
  return std::find(texts.begin(), texts.end(), trait.value) != texts.end();
}

std::string TraitKey(const ItemTrait& trait) {
  // No name has a NUL.
  std::string key(trait.attribute);
  key.push_back('\0');
  key.append(trait.value.data(), trait.value.size());
  return key;
}

}  // namespace clientele::recommend
