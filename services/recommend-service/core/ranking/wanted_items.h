#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_WANTED_ITEMS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_WANTED_ITEMS_H_

// The items that a query wants and that are available when it is answered, as a pass over many
// items asks: an item's numbers first, its brand and attributes last.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/recommend-service/core/items/item_filter.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

// Immutable and thread-safe.
class WantedItems {
 public:
  // Borrows view and filter. `categories`: those wanted, with all that are within them; empty: all
  // but those `excluded`, likewise.
  WantedItems(const ServingView& view, const std::vector<std::string>& categories,
              const ItemFilter& filter, absl::Time now,
              const std::vector<std::string>& excluded = {});

  bool Entry(const CatalogEntry& entry) const {
    return entry.item->AvailableAt(now_) && WantsCategory(entry.category) &&
           filter_.Matches(*entry.item);
  }
  // Of the view.
  bool Slot(std::size_t slot) const {
    return view_.available_slot[slot].Hold(now_us_) &&
           WantsCategory(view_.category_of_slot[slot]) &&
           (!filters_ || filter_.Matches(*view_.entry_of_slot[slot]->item));
  }

 private:
  bool WantsCategory(std::int32_t category) const {
    const std::size_t at = static_cast<std::size_t>(category);
    return all_categories_ || (at < categories_.size() && categories_[at] != 0);
  }

  const ServingView& view_;
  const ItemFilter& filter_;
  const absl::Time now_;
  const std::int64_t now_us_;
  const bool filters_;
  const bool all_categories_;
  std::vector<std::uint8_t> categories_;  // 1 where wanted, by number
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_WANTED_ITEMS_H_
