#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {

WantedItems::WantedItems(const ServingView& view, const std::vector<std::string>& categories,
                         const ItemFilter& filter, absl::Time now,
                         const std::vector<std::string>& excluded)
    : view_(view),
      filter_(filter),
      now_(now),
      now_us_(absl::ToUnixMicros(now)),
      filters_(!filter.brands.empty() || !filter.attributes.empty()),
      all_categories_(categories.empty() && excluded.empty()) {
  if (all_categories_) return;
  const CategoryNumbers& numbers = *view.catalog->categories;
  categories_.assign(static_cast<std::size_t>(numbers.size()), categories.empty() ? 1 : 0);
  const auto mark = [&](const std::vector<std::string>& names, std::uint8_t wanted) {
    for (const std::string& name : names) {
      for (const std::int32_t number : numbers.Within(name)) {
        // Later numbers are of items that are not in this catalog.
        const std::size_t at = static_cast<std::size_t>(number);
        if (at < categories_.size()) categories_[at] = wanted;
      }
    }
  };
  mark(categories, 1);
  mark(excluded, 0);
}

}  // namespace clientele::recommend
