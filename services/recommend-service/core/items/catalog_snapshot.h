#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_SNAPSHOT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_SNAPSHOT_H_

// The catalog at one moment, in blocks of items: the next snapshot shares the blocks that did not
// change, so that a change costs a block and not the catalog.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/items/category_numbers.h"
#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {

// What recommendations need of an Item, see there.
struct CatalogItem {
  std::string id;
  std::string title;
  std::string category;
  bool available = true;
  std::vector<std::string> parent_categories = {};
  std::string brand = {};
  ItemAttributes attributes = {};
  absl::Time available_from = absl::InfinitePast();
  absl::Time available_until = absl::InfiniteFuture();

  bool AvailableAt(absl::Time now) const {
    return available && available_from <= now && now < available_until;
  }
};

CatalogItem ToCatalogItem(const Item& item);

// When an item may be recommended, in microseconds since 1970, as a pass over many items asks for
// it: from the first, before the second. By default never.
struct AvailableTimes {
  std::int64_t from = std::numeric_limits<std::int64_t>::max();
  std::int64_t until = std::numeric_limits<std::int64_t>::min();

  bool Hold(std::int64_t now) const { return from <= now && now < until; }
};

AvailableTimes TimesOf(const CatalogItem& item);

struct CatalogEntry {
  std::shared_ptr<const CatalogItem> item;
  std::int32_t category = 0;  // number of the item's category path, see CategoryNumbers
  double popularity = 0;      // at least 0
  double recent_sum = 0;      // decayed forward, see recent_popularity.h
};

// By id, ascending; 1 to kMaxCatalogBlock entries, unavailable items too. Immutable.
using CatalogBlock = std::vector<CatalogEntry>;
inline constexpr std::size_t kMaxCatalogBlock = 512;

// Immutable, but for numbers of new categories.
struct CatalogSnapshot {
  std::vector<std::shared_ptr<const CatalogBlock>> blocks;  // by id, ascending
  std::shared_ptr<CategoryNumbers> categories;
  std::size_t item_count = 0;
  double max_popularity = 0;
  // Popularity of the 10% most popular items begins here; infinite when none has any.
  double popular_threshold = 0;
  bool knows_recent = false;  // of some item recent_sum is above 0

  // Null when there is no such item.
  const CatalogEntry* Find(absl::string_view id) const;
};

// What becomes of one id; nullopt: it is deleted.
using CatalogEdits = std::map<std::string, std::optional<CatalogEntry>, std::less<>>;

// The blocks after the edits. Those without an edit are the same objects.
std::vector<std::shared_ptr<const CatalogBlock>> EditBlocks(
    const std::vector<std::shared_ptr<const CatalogBlock>>& blocks, const CatalogEdits& edits);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATALOG_SNAPSHOT_H_
